#include "had/sys/log.hpp"

#include "had/core/base/printable.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace had::sys {
namespace {

using namespace std::chrono_literals;
using core::NoticeLevel;

constexpr core::Duration first_interval = 1s, longest_interval = 1min;

NoticeLevel least_level = NoticeLevel::notice;
LogRetry* log_retry = nullptr;

// syslog(3): LOG_INFO 6, LOG_NOTICE 5, LOG_WARNING 4, LOG_ERR 3.
std::string_view priority(NoticeLevel level) {
    switch (level) {
    case NoticeLevel::info: return "<6>";
    case NoticeLevel::notice: return "<5>";
    case NoticeLevel::warning: return "<4>";
    case NoticeLevel::error: return "<3>";
    }
    return "<3>";
}

LogWriter& standard_error() {
    static LogWriter writer(STDERR_FILENO);
    return writer;
}

// Opened for appending: in a file that others write too, an offset of our own would fall behind.
int open_again(int fd) {
    return ::open(fmt::format("/proc/self/fd/{}", fd).c_str(),
                  O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool has_room(int fd) {
    pollfd asked{fd, POLLOUT, 0};
    return ::poll(&asked, 1, 0) == 1 && (asked.revents & POLLOUT) != 0;
}

} // namespace

LogWriter::LogWriter(int fd) : terminal_(::isatty(fd) != 0) {
    struct stat status {};
    socket_ = ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
    if (!socket_) fd_.reset(open_again(fd));
    if (fd_) return;
    may_block_ = !socket_;
    fd_.reset(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

std::string LogWriter::line_of(std::string_view prefix, std::string_view text) const {
    constexpr std::string_view cut = " [...]\n";
    std::string line(terminal_ ? "" : prefix);
    line += text;
    // One line an event, whatever a driver or a person has put into a name.
    std::replace(line.begin(), line.end(), '\n', ' ');
    line = core::printable(line);
    if (line.size() < PIPE_BUF) return line + '\n';
    line.resize(PIPE_BUF - cut.size());
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0x80u) != 0) line.pop_back();
    return line.append(cut);
}

// Writes what the kernel takes at once; -1 with EAGAIN where it would wait.
long LogWriter::put(std::string_view text) {
    for (;;) {
        if (may_block_ && !has_room(fd_.get())) {
            errno = EAGAIN;
            return -1;
        }
        const ssize_t size = socket_ ? ::send(fd_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                                     : ::write(fd_.get(), text.data(), text.size());
        if (size >= 0 || errno != EINTR) return size;
    }
}

bool LogWriter::put_rest() {
    while (!rest_.empty()) {
        const long size = put(rest_);
        if (size <= 0) return false;
        rest_.erase(0, static_cast<std::size_t>(size));
    }
    return true;
}

bool LogWriter::put_line(std::string_view line) {
    if (!put_rest()) return false;
    rest_.reserve(line.size());               // now: a line that was begun must be finished
    const long size = put(line);
    if (size <= 0) return false;
    rest_ = line.substr(static_cast<std::size_t>(size));
    put_rest();
    return true;
}

bool LogWriter::catch_up() noexcept try {
    if (!put_rest()) return false;
    if (lost_ == 0) return true;
    const char* words = lost_ == 1 ? "line of the log was" : "lines of the log were";
    if (!put_line(line_of(priority(NoticeLevel::warning), fmt::format("{} {} lost: nobody read them", lost_, words))))
        return false;
    lost_ = 0;
    return rest_.empty();
} catch (...) {                               // no memory
    return false;
}

void LogWriter::write_line(std::string_view prefix, std::string_view text) noexcept try {
    catch_up();
    if (lost_ > 0 || !put_line(line_of(prefix, text))) ++lost_;
} catch (...) {
    ++lost_;
}

void LogWriter::write(NoticeLevel level, std::string_view text) noexcept { write_line(priority(level), text); }
void LogWriter::write_plain(std::string_view text) noexcept { write_line("", text); }

void set_log_level(NoticeLevel least) { least_level = least; }
bool is_logged(NoticeLevel level) { return level >= least_level; }

void log(NoticeLevel level, std::string_view text) noexcept {
    if (!is_logged(level)) return;
    standard_error().write(level, text);
    if (log_retry && !standard_error().catch_up()) log_retry->start();
}

void say(std::string_view text) noexcept { standard_error().write_plain(text); }

LogRetry::LogRetry(Loop& loop) : loop_(loop), interval_(first_interval) {
    log_retry = this;
    if (!standard_error().catch_up()) start();
}

LogRetry::~LogRetry() { log_retry = nullptr; }

// Without memory for a timer the next line tries again.
void LogRetry::start() try {
    if (!timer_.pending()) timer_ = loop_.after(interval_, [this] { retry(); });
} catch (const std::exception&) {
}

void LogRetry::retry() {
    const bool read = standard_error().catch_up();
    interval_ = read ? first_interval : std::min(2 * interval_, longest_interval);
    if (!read) start();
}

} // namespace had::sys
