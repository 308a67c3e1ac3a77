// The identity of this host, and of this start of the daemon.
#pragma once

#include <string>

namespace had {

// Of /etc/machine-id.  Empty: it cannot be read; then everything that is derived from it is the same on every such
// host.
std::string machine_id();
// Another at each start of the daemon, so that a subscriber can tell whether its sequence numbers still count.
std::string new_instance();

} // namespace had
