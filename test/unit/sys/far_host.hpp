// Another host: a network of its own, which a process of ours holds.
#pragma once

#include "had/sys/fd.hpp"
#include "test/unit/sys/support.hpp"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace had::test {

class FarHost {
public:
    FarHost() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return;
        const sys::UniqueFd from(ends[0]);
        sys::UniqueFd to(ends[1]);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::unshare(CLONE_NEWNET) == 0 && ::write(to.get(), "!", 1) == 1)
                for (;;) ::pause();
            ::_exit(1);
        }
        to.reset();
        char ready = 0;
        is_there_ = pid_ > 0 && ::read(from.get(), &ready, 1) == 1;
    }
    FarHost(const FarHost&) = delete;
    FarHost& operator=(const FarHost&) = delete;
    ~FarHost() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    explicit operator bool() const { return is_there_; }
    [[nodiscard]] std::string pid() const { return std::to_string(pid_); }        // for `ip link ... netns`
    [[nodiscard]] bool shell(const std::string& command) const {
        return test::shell("nsenter --net=" + path() + " sh -ec '" + command + "'");
    }
    // What is opened there is of that network for good.
    template <class F>
    auto within(F action) const {
        const sys::UniqueFd home(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
        const sys::UniqueFd there(::open(path().c_str(), O_RDONLY | O_CLOEXEC));
        if (::setns(there.get(), CLONE_NEWNET) != 0) throw std::runtime_error("setns " + path());
        auto result = action();
        if (::setns(home.get(), CLONE_NEWNET) != 0) throw std::runtime_error("setns home");
        return result;
    }

private:
    [[nodiscard]] std::string path() const { return "/proc/" + pid() + "/ns/net"; }

    pid_t pid_ = -1;
    bool is_there_ = false;
};

} // namespace had::test
