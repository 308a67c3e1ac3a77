// The child's side of a job: {"load-module", "e1000", "debug=1"}.
#pragma once

#include <cerrno>
#include <span>

namespace had::sys {

// The exit status of a job for which there was nothing to do (ActionResult::was_so).
inline constexpr int was_so = EALREADY;

// Does the job and returns the exit status: 0, an errno, or `was_so`.  What went wrong is printed as one line on
// standard output.
int run_job(std::span<const char* const> arguments);

} // namespace had::sys
