#include "had/sys/child.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <system_error>

namespace had::sys {

namespace {

[[noreturn]] void be_child(const char* name, int output, const std::function<int()>& run) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_NAME, name);
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(nothing, 0);
    ::dup2(output, 1);
    ::dup2(nothing, 2);
    ::closefrom(3);
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    int status = EIO;
    try {
        status = run();
    } catch (...) {                           // nothing of ours may run in the child
    }
    ::_exit(status);
}

} // namespace

pid_t start_child(const char* name, int output, const std::function<int()>& run) {
    std::fflush(stdout);                      // or the child would say it again
    // Signals are blocked until the child has dropped our handlers, which would report its signals as ours.
    sigset_t all, before;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::fork();
    const int error = errno;
    if (pid == 0) be_child(name, output, run);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0) throw std::system_error(error, std::generic_category(), "fork");
    ::setpgid(pid, pid);                      // whoever of the two comes first
    return pid;
}

} // namespace had::sys
