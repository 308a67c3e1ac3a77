// The log: one line an event on standard error, and the only global of the program.
//
// To a terminal it prints plain lines.  Anywhere else each line begins with a syslog priority in angle
// brackets, which systemd and `logger --prio-prefix` take off (sd-daemon(3)).
//
// No line waits for its reader.  A logger, a journal or a terminal that stalls, dies or is full costs lines
// and nothing else.  They are counted, and their number is the first line that can be written again.
#pragma once

#include "had/core/base/notice.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/loop.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace had::sys {

// The level below which nothing is printed; notice unless set.
void set_log_level(core::NoticeLevel least);
[[nodiscard]] bool is_logged(core::NoticeLevel level);

void log(core::NoticeLevel level, std::string_view text) noexcept;
// To whoever started the program, before and after it serves: without a priority.
void say(std::string_view text) noexcept;

// While it lives, the number of lost lines is written even if no other line comes.  It tries again after a
// second, then ever more seldom, and once a minute at least, as long as nobody reads.
class LogRetry {
public:
    explicit LogRetry(Loop& loop);
    LogRetry(const LogRetry&) = delete;
    LogRetry& operator=(const LogRetry&) = delete;
    ~LogRetry();

private:
    friend void log(core::NoticeLevel level, std::string_view text) noexcept;
    void start();
    void retry();

    Loop& loop_;
    core::Duration interval_;
    Timer timer_;
};

// What log() uses, for any descriptor.  It writes by an open file description of its own, which it makes
// non-blocking; whoever shares the given one would find that non-blocking too.
class LogWriter {
public:
    // A descriptor that cannot be opened again (no /proc, not ours) is asked before each write whether it has room.
    explicit LogWriter(int fd);

    // A line is cut at PIPE_BUF bytes, so that a pipe takes it whole or not at all.
    void write(core::NoticeLevel level, std::string_view text) noexcept;
    void write_plain(std::string_view text) noexcept;
    // Writes what is left: the rest of a line, or how many were lost.  False: nobody reads yet.
    bool catch_up() noexcept;

private:
    [[nodiscard]] std::string line_of(std::string_view prefix, std::string_view text) const;
    void write_line(std::string_view prefix, std::string_view text) noexcept;
    bool put_line(std::string_view line);
    bool put_rest();
    long put(std::string_view text);

    UniqueFd fd_;
    bool terminal_ = false, socket_ = false, may_block_ = false;
    std::string rest_;                        // of a line that was taken in part
    std::uint64_t lost_ = 0;
};

} // namespace had::sys
