// A hook that runs: a process of its own, in a session of its own, with a time limit.
//
// Its standard input is the event, in a file without a name, so that nobody waits for it to read.  Of what it prints
// the first 8 KiB are kept, and the rest is thrown away.  At the limit its whole group gets TERM, and KILL five seconds
// later.
#pragma once

#include "had/core/base/types.hpp"
#include "had/notify/hook.hpp"
#include "had/notify/message.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/loop.hpp"

#include <functional>
#include <string>

namespace had::notify {

struct RunEnd {
    int code = 0;                             // 128 + N: signal N ended it
    bool timed_out = false, left_behind = false;      // processes of its group
    std::string output;
    std::string trouble;                      // it could not be started
    bool try_again = false;                   // only for want of memory, processes or descriptors

    [[nodiscard]] bool well() const { return code == 0 && !timed_out && trouble.empty(); }
    [[nodiscard]] std::string words() const;  // "it ended with 1"
};

class Process {
public:
    using Done = std::function<void(RunEnd)>;
    // `queued`: how long the event has waited.  `done` is called once, from the loop.
    Process(sys::Loop& loop, const Hook& hook, const Message& message, core::Duration queued, core::Duration limit,
            Done done);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();                               // a process that still runs goes on

private:
    void give_up();
    void read();
    void terminate(int signal);
    void ended();
    void finish(RunEnd end);

    sys::Loop& loop_;
    Done done_;
    RunEnd end_;
    int pid_ = 0;
    sys::UniqueFd exit_, output_;
    sys::Watch watch_exit_, watch_output_;
    sys::Timer limit_;
};

} // namespace had::notify
