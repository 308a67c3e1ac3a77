#include "had/sys/log.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <csignal>

using namespace had;
using namespace had::sys;
using core::NoticeLevel;

namespace {

// A test that would wait for a reader is ended by the alarm, and has failed.
struct Limit {
    Limit() { ::alarm(20); }
    ~Limit() { ::alarm(0); }
};

struct Ends {
    UniqueFd reader, writer;
};

Ends a_pipe() {
    int ends[2];
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Ends a_socket(int type) {
    int ends[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) == 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::string read_now(int fd) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    std::string text;
    char buffer[8192];
    for (ssize_t size = 0; (size = ::read(fd, buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(size));
    return text;
}

const std::string line_text(200, 'x');

void flood(LogWriter& log, int lines) {
    for (int n = 0; n < lines; ++n) log.write(NoticeLevel::notice, line_text);
}

// Whole lines of the flood only, and how many were lost is the last.
void expect_whole_lines(std::string text, int written, std::string_view prefix) {
    int lines = 0;
    while (text.starts_with(std::string(prefix) + line_text + '\n')) {
        text.erase(0, prefix.size() + line_text.size() + 1);
        ++lines;
    }
    BOOST_TEST(lines > 0);
    BOOST_TEST(text == "<4>" + std::to_string(written - lines) + " lines of the log were lost: nobody read them\n");
}

void expect_that_a_stalled_reader_costs_lines_only(const Ends& ends) {
    const Limit limit;
    LogWriter log(ends.writer.get());
    flood(log, 5000);
    BOOST_TEST(!log.catch_up());
    const std::string before = read_now(ends.reader.get());
    BOOST_TEST(log.catch_up());
    expect_whole_lines(before + read_now(ends.reader.get()), 5000, "<5>");
    log.write(NoticeLevel::error, "and on");
    BOOST_TEST(read_now(ends.reader.get()) == "<3>and on\n");
}

} // namespace

BOOST_AUTO_TEST_SUITE(log_writer)

BOOST_AUTO_TEST_CASE(a_pipe_whose_reader_stalls_costs_lines_and_their_number_is_told) {
    expect_that_a_stalled_reader_costs_lines_only(a_pipe());
}

BOOST_AUTO_TEST_CASE(so_does_the_journals_socket) {
    expect_that_a_stalled_reader_costs_lines_only(a_socket(SOCK_STREAM));
}

BOOST_AUTO_TEST_CASE(so_does_a_socket_of_datagrams) {
    expect_that_a_stalled_reader_costs_lines_only(a_socket(SOCK_DGRAM));
}

BOOST_AUTO_TEST_CASE(so_does_a_terminal_that_is_stopped) {
    const Limit limit;
    const UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    BOOST_REQUIRE((master && ::grantpt(master.get()) == 0 && ::unlockpt(master.get()) == 0));
    const UniqueFd terminal(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    BOOST_REQUIRE(terminal);
    LogWriter log(terminal.get());
    ::tcflow(terminal.get(), TCOOFF);         // as Ctrl-S does
    log.write(NoticeLevel::notice, "unseen");
    BOOST_TEST(!log.catch_up());
    ::tcflow(terminal.get(), TCOON);
    flood(log, 1000);                         // and what is not read at all
    std::string seen;
    for (int tries = 0; tries < 100; ++tries) {
        const bool all = log.catch_up();
        seen += read_now(master.get());
        if (all) break;
    }
    seen.erase(std::remove(seen.begin(), seen.end(), '\r'), seen.end());
    // Every line is whole, also one that a full terminal took in part.
    std::size_t whole = 0, told = 0;
    for (std::size_t at = 0; at < seen.size(); at = seen.find('\n', at) + 1) {
        const std::string line = seen.substr(at, seen.find('\n', at) - at);
        if (line == line_text) ++whole;
        else if (line.find(" lost: nobody read them") != std::string::npos) ++told;
        else BOOST_TEST(line == "");
        if (seen.find('\n', at) == std::string::npos) break;
    }
    BOOST_TEST(whole > 0U);
    BOOST_TEST(told > 0U);
}

BOOST_AUTO_TEST_CASE(a_reader_that_died_costs_lines_and_a_new_one_of_the_fifo_is_told) {
    const Limit limit;
    std::signal(SIGPIPE, SIG_IGN);
    const test::TempDir dir;
    const std::string path = dir.path() / "log.fifo";
    BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    UniqueFd reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    const UniqueFd given(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    LogWriter log(given.get());
    reader.reset();
    flood(log, 3);
    reader.reset(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    log.write(NoticeLevel::notice, "read again");
    BOOST_TEST(read_now(reader.get()) == "<4>3 lines of the log were lost: nobody read them\n<5>read again\n");
}

BOOST_AUTO_TEST_CASE(a_fifo_that_nobody_reads_yet_is_no_reason_to_wait) {
    const Limit limit;
    std::signal(SIGPIPE, SIG_IGN);
    const test::TempDir dir;
    const std::string path = dir.path() / "log.fifo";
    BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    UniqueFd reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    const UniqueFd given(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    reader.reset();
    LogWriter log(given.get());               // it cannot be opened again: nobody reads
    flood(log, 3);
    reader.reset(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    flood(log, 2000);
    const std::string before = read_now(reader.get());
    BOOST_TEST(before.starts_with("<4>3 lines of the log were lost"));
    BOOST_TEST(log.catch_up());
    BOOST_TEST(read_now(reader.get()).starts_with("<4>"));
}

BOOST_AUTO_TEST_CASE(a_full_disk_and_a_closed_descriptor_cost_lines) {
    const Limit limit;
    const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    LogWriter log(full.get());
    flood(log, 3);
    BOOST_TEST(!log.catch_up());
    LogWriter none(-1);
    flood(none, 3);
    BOOST_TEST(!none.catch_up());
}

BOOST_AUTO_TEST_CASE(whoever_shares_the_descriptor_finds_it_as_it_was) {
    const Ends ends = a_pipe();
    LogWriter log(ends.writer.get());
    log.write(NoticeLevel::notice, "said");
    BOOST_TEST((::fcntl(ends.writer.get(), F_GETFL) & O_NONBLOCK) == 0);
}

BOOST_AUTO_TEST_CASE(a_file_that_others_write_too_is_appended_to) {
    const test::TempDir dir;
    const std::string path = dir.path() / "had.log";
    const UniqueFd given(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    LogWriter log(given.get());
    BOOST_REQUIRE(::write(given.get(), "before\n", 7) == 7);
    log.write(NoticeLevel::notice, "after");
    std::ifstream in(path);
    BOOST_TEST(std::string(std::istreambuf_iterator<char>(in), {}) == "before\n<5>after\n");
}

BOOST_AUTO_TEST_CASE(a_line_stays_one_and_steers_no_terminal_and_is_cut_where_a_pipe_would_tear_it) {
    const Ends ends = a_pipe();
    LogWriter log(ends.writer.get());
    log.write(NoticeLevel::warning, "eth\033[2J\nnext");
    BOOST_TEST(read_now(ends.reader.get()) == "<4>eth\\u001b[2J next\n");
    log.write_plain(std::string(2 * PIPE_BUF, 'y'));
    const std::string cut = read_now(ends.reader.get());
    BOOST_TEST(cut.size() == static_cast<std::size_t>(PIPE_BUF));
    BOOST_TEST(cut.ends_with("y [...]\n"));
}

BOOST_AUTO_TEST_SUITE_END()
