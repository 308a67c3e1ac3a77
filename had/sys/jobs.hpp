// What can block for seconds, each in a child process of its own.
//
// Loading a driver probes its cards inside the system call, and a probe that hangs cannot be
// interrupted.  In a child it hangs alone: the daemon goes on, reports it after the time limit, and reaps the
// child if it ever ends.  The child is a fork of the daemon (job_child.hpp) and starts no program.  A fork lacks
// nothing, since the daemon has no threads; an upgrade that replaces the file does not matter; and starting a
// program, with all its libraries, would take longer than most jobs.
//
// A child's exit status is its result, an errno or 0, and the last line that it printed is the text.  Its standard
// error is /dev/null: the log may have no reader, and its lines have a form of their own.
#pragma once

#include "had/core/action/kernel.hpp"
#include "had/sys/job_child.hpp"
#include "had/sys/loop.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace had::sys {

struct JobOptions {
    // What the child does with a job's arguments; it returns the exit status.
    std::function<int(std::span<const char* const>)> run = run_job;
    core::Duration limit = std::chrono::seconds(30);
    std::size_t at_once = 4;
    std::size_t queued = 256;
};

class Jobs {
public:
    explicit Jobs(Loop& loop, JobOptions options = {});
    ~Jobs(); // children go on; their results are dropped

    // `done` is called exactly once while this lives, also for a job that cannot be started, and always from the
    // loop, never from within start().  Throws std::bad_alloc; then there is no such job.
    void start(core::Job job, core::JobDone done);

    [[nodiscard]] std::size_t running() const; // that count: not those past their limit
    [[nodiscard]] std::size_t hanging() const; // past their limit and not yet ended

private:
    struct Child;
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace had::sys
