#include "test/chassis/agent/process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <system_error>
#include <vector>

namespace had::test::agent {
namespace {

constexpr std::size_t most_output = 1 << 20;

// Keeps reading past the limit, or the command would wait for ever for room in its pipe.
bool drain(int fd, std::string& into) {
    std::array<char, 16384> chunk;
    for (;;) {
        ssize_t n = ::read(fd, chunk.data(), chunk.size());
        if (n <= 0) return n < 0 && (errno == EAGAIN || errno == EINTR);
        auto room = most_output - std::min(into.size(), most_output);
        into.append(chunk.data(), std::min(room, static_cast<std::size_t>(n)));
    }
}

// Only our end is non-blocking: the command's is its own affair.
std::pair<Fd, Fd> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return {Fd(ends[0]), Fd(ends[1])};
}

int code_of(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void clear(int signal_fd) {
    signalfd_siginfo info;
    while (::read(signal_fd, &info, sizeof info) > 0)
        ;
}

} // namespace

Processes::Processes() {
    sigset_t children;
    ::sigemptyset(&children);
    ::sigaddset(&children, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &children, nullptr);
    signal_fd_ = Fd(::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
}

pid_t Processes::start(const std::string& command, int out, int err) {
    pid_t pid = ::fork();
    if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid > 0) {
        ours_[pid] = true;
        return pid;
    }
    ::setsid();
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
}

pid_t Processes::spawn(const std::string& command, const std::string& log) {
    Fd out(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!out) throw std::system_error(errno, std::generic_category(), log);
    return start(command, out.get(), out.get());
}

Result Processes::run(const std::string& command, const Deadline& deadline) {
    auto [out, out_child] = make_pipe();
    auto [err, err_child] = make_pipe();
    pid_t pid = start(command, out_child.get(), err_child.get());
    out_child.reset();
    err_child.reset();

    Result r;
    std::array<pollfd, 3> fds{
        {{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}, {signal_fd_.get(), POLLIN, 0}}};
    while (!ended_.contains(pid)) {
        if (!r.timed_out && deadline.passed()) {
            r.timed_out = true;
            ::kill(-pid, SIGKILL);
        }
        ::poll(fds.data(), fds.size(), r.timed_out ? 1000 : deadline.left_ms());
        if (fds[0].revents && !drain(out.get(), r.out)) fds[0].fd = -1;
        if (fds[1].revents && !drain(err.get(), r.err)) fds[1].fd = -1;
        reap();
    }
    drain(out.get(), r.out);
    drain(err.get(), r.err);
    r.rc = ended_[pid];
    ended_.erase(pid);
    return r;
}

bool Processes::ended(pid_t pid, int& rc, const Deadline& deadline) {
    for (;;) {
        reap();
        if (auto found = ended_.find(pid); found != ended_.end()) {
            rc = found->second;
            return true;
        }
        if (!ours_.contains(pid)) throw std::runtime_error("no such process was started here");
        if (deadline.passed()) return false;
        pollfd p{signal_fd_.get(), POLLIN, 0};
        ::poll(&p, 1, deadline.left_ms());
    }
}

void Processes::reap() {
    clear(signal_fd_.get());
    int status;
    while (pid_t pid = ::waitpid(-1, &status, WNOHANG)) {
        if (pid < 0) break;
        if (ours_.erase(pid)) ended_[pid] = code_of(status);
    }
}

void Processes::kill_everything() {
    ::kill(-1, SIGKILL);
    // A process stuck in the kernel cannot be waited for; the others are gone at once.
    for (Deadline deadline(5s); !deadline.passed();) {
        reap();
        if (::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD) break;
        pollfd p{signal_fd_.get(), POLLIN, 0};
        ::poll(&p, 1, 100);
    }
    ours_.clear();
    ended_.clear();
}

} // namespace had::test::agent
