// Interfaces in the form of ifenslave 1.1.0: named after the ioctls that it called.
#pragma once

#include "ifenslave/machine.hpp"

#include <string>

namespace had::ifenslave {

// Verbose: also what the old form lacks, every address and the bond's state.
std::string show(const Interface& interface, const Snapshot& snapshot, bool verbose);
// What -a lists: interfaces with an IPv4 address; verbose: all.
std::string show_all(const Snapshot& snapshot, bool verbose);

} // namespace had::ifenslave
