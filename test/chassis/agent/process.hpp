// The agent's children.  Each is its own session, so that it can be killed with all that it
// started, and none of them has a descriptor of ours: a background job that kept the port or a
// pipe would hold up everybody.
#pragma once
#include <map>
#include <string>
#include <sys/types.h>

#include "test/chassis/clock.hpp"
#include "test/chassis/guest.hpp"

namespace had::test::agent {

class Processes {
public:
    Processes();

    Result run(const std::string& command, const Deadline& deadline);
    pid_t spawn(const std::string& command, const std::string& log);

    // True when it has ended, which then is in `rc`; waits for that up to the deadline.
    bool ended(pid_t pid, int& rc, const Deadline& deadline);

    // We are process 1, so everybody's orphans are ours to bury.
    void reap();
    // SIGKILL spares process 1 and the kernel's threads.
    void kill_everything();

    // Readable when a child has ended.
    int signal_fd() const { return signal_fd_.get(); }

private:
    pid_t start(const std::string& command, int out, int err);

    Fd signal_fd_;
    std::map<pid_t, int> ended_; // of those we started, the ones that have ended
    std::map<pid_t, bool> ours_;
};

} // namespace had::test::agent
