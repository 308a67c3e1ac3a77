// What can block for seconds, each in a child process of its own.
//
// Loading a driver probes its cards inside the system call, and a probe that hangs cannot be
// interrupted.  In a child it hangs alone: had goes on, reports it after the time limit, and reaps
// the child if it ever ends.  The child is a fork of had (job_child.hpp) and starts no program: had has no
// threads that it could lack, an upgrade that replaces the file does not matter, and a program's start, with
// all its libraries, takes longer than most jobs do.
//
// A child's exit status is its result, an errno or 0, and the last line it printed is the text.  Its standard
// error is /dev/null: the log may have no reader, and has lines of its own form.
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

    // `done` is called from the loop, never from within start(), exactly once while this lives, also for a job
    // that cannot be started.  Throws std::bad_alloc; then there is no such job.
    void start(core::Job job, core::JobDone done);

    [[nodiscard]] std::size_t running() const; // that count: not those past their limit
    [[nodiscard]] std::size_t hanging() const; // past their limit and not yet ended

private:
    struct Child;
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace had::sys
