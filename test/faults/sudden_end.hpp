// What a power cut leaves of the state files, and what kill -9 leaves of everything.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace had::faults {

// A text of what is wrong for each trial, "" where nothing is.  Orders that a start does not know for whole are
// kept, and it is paused and says so; it comes up in any case.
std::vector<std::string> power_cuts(int step, std::size_t workers);

// At a random moment of an order, a reload or an extraction; then a start.  What was answered with ok holds, what
// is on the disk is in force, and had.conf is carried out.
std::vector<std::string> kills(int times, std::size_t workers);

} // namespace had::faults
