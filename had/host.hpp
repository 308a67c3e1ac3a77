// What this host and this start of the daemon are called.
#pragma once

#include <string>

namespace had {

// Of /etc/machine-id; empty: it has none that can be read, and what is made of it is the same every time.
std::string machine_id();
// Another each time the daemon starts, so that a subscriber can tell whether its sequence numbers still count.
std::string new_instance();

} // namespace had
