// The child's side of a job: {"load-module", "e1000", "debug=1"}.
#pragma once

#include <span>

namespace had::sys {

// Does it, prints what went wrong as one line on standard output, and returns the exit status: an
// errno, or 0.
int run_job(std::span<const char* const> arguments);

} // namespace had::sys
