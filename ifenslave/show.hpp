// Interfaces in the form of ifenslave 1.1.0: named after the ioctls that it called.
#pragma once

#include "ifenslave/machine.hpp"

#include <string>

namespace had::ifenslave {

// Verbosely also what the old form has no words for: every address, and the bond.
std::string show(const Interface& interface, const Snapshot& snapshot, bool verbose);
// What -a lists: interfaces with an IPv4 address; verbosely, all.
std::string show_all(const Snapshot& snapshot, bool verbose);

} // namespace had::ifenslave
