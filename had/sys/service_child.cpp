#include "had/sys/service_child.hpp"

#include "had/sys/priority.hpp"
#include "had/sys/program.hpp"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace had::sys {

namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

std::pair<UniqueFd, UniqueFd> pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> all;
    for (const std::string& word : words) all.push_back(const_cast<char*>(word.c_str()));
    all.push_back(nullptr);
    return all;
}

void drop_handlers() {
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction usual {};
        usual.sa_handler = SIG_DFL;
        ::sigaction(number, &usual, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void be_service(int gate, int verdict, char* const* words, char* const* environment) {
    ::setsid();
    drop_handlers();
    be_ordinary();
    ::umask(022);
    // The daemon is spared when memory is short; what it starts is not.
    const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score >= 0) (void)!::write(score, "0", 1);
    const int null = ::open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2; ++fd) ::dup2(null, fd);
    char go = 0;
    ssize_t got = 0;
    while ((got = ::read(gate, &go, 1)) < 0 && errno == EINTR) {}
    if (got != 1) ::_exit(0);                 // the daemon has changed its mind, or was killed
    ::syscall(SYS_close_range, 3U, UINT_MAX, CLOSE_RANGE_CLOEXEC);
    environ = const_cast<char**>(environment);            // execvp looks for PATH in it
    if (::chdir("/") == 0) ::execvp(words[0], words);
    const int error = errno;
    (void)!::write(verdict, &error, sizeof error);
    ::_exit(127);
}

} // namespace

std::vector<std::string> service_environment(std::vector<std::string> more) {
    more.push_back(path_variable());
    return more;
}

UniqueFd open_process(int pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

ServiceChild::ServiceChild(const std::vector<std::string>& words, const std::vector<std::string>& environment) {
    auto [gate, push] = pipe();
    auto [verdict, tell] = pipe();
    ::fcntl(verdict.get(), F_SETFL, O_NONBLOCK);
    const std::vector<char*> arguments = pointers(words), variables = pointers(environment);
    std::fflush(stdout);
    sigset_t all, before;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, &before);
    pid_ = ::fork();
    const int error = errno;
    if (pid_ == 0) {
        push.reset();                         // its own end would keep the gate open
        be_service(gate.get(), tell.get(), arguments.data(), variables.data());
    }
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    if (pid_ < 0) fail("fork");
    process_ = open_process(pid_);
    if (!process_) {                          // the gate closes, and it ends
        const int why = errno;
        push.reset();
        ::waitpid(pid_, nullptr, 0);
        errno = why;
        fail("pidfd_open");
    }
    gate_ = std::move(push);
    verdict_ = std::move(verdict);
}

ServiceChild::~ServiceChild() {
    if (!gate_) return;
    gate_.reset();
    ::waitpid(pid_, nullptr, 0);
}

void ServiceChild::go() {
    const char word = 1;
    (void)!::write(gate_.get(), &word, 1);
    gate_.reset();
}

} // namespace had::sys
