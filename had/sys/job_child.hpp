// The child's side of a job: `had --job load-module NAME [OPTIONS]`, `had --job unload-module
// NAME`.
#pragma once

#include <span>

namespace had::sys {

// What follows `--job`.  Does it, prints what went wrong as one line on standard output, and
// returns the exit status: an errno, or 0.
int run_job(std::span<const char* const> arguments);

} // namespace had::sys
