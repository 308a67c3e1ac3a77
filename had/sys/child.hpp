// A fork of this process that does one thing and ends.
#pragma once

#include <sys/types.h>

#include <functional>

namespace had::sys {

// The child gets standard output and nothing else of ours: no socket, no log, no signal handler, no blocked signal; its
// standard error is /dev/null.  It has a process group of its own, so that it can be killed with everything that it
// started.  What `run` returns is its exit status; EIO when it throws.  Throws std::system_error.
pid_t start_child(const char* name, int output, const std::function<int()>& run);

} // namespace had::sys
