// Lines of the log for a report: of a journal that is played by a script, and of files.
#include "had/sys/log_lines.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>

using namespace had;
using namespace had::sys;
using had::test::TempDir;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t second = 1'000'000, noon = 1'020'254'400 * second;

struct Logged {
    TempDir dir;
    LogPlaces places{dir.path() / "journalctl", {dir.path() / "none.log", dir.path() / "syslog"}, 20s};

    void journal_is(const std::string& script) const {
        dir.write("journalctl", "#!/bin/sh\n" + script);
        std::filesystem::permissions(dir.path() / "journalctl", std::filesystem::perms::owner_all);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(log_lines_of_a_report, Logged)

BOOST_AUTO_TEST_CASE(the_journal_is_asked_for_the_time_around_each_moment_and_for_its_end) {
    journal_is("echo \"$*\"");
    const LogLines found = log_lines({noon + 400 * second, noon, noon + 100 * second}, places);
    BOOST_TEST(found.why == "");
    BOOST_REQUIRE(found.lines.size() == 3u);
    BOOST_TEST(found.lines[0].ends_with("--since=@1020254340 --until=@1020254560"), found.lines[0]);
    BOOST_TEST(found.lines[1].ends_with("--since=@1020254740 --until=@1020254860"), found.lines[1]);
    BOOST_TEST(found.lines[2].find("--since") == std::string::npos);
    for (const char* word : {"--no-hostname", "--utc", "--lines=200", "--identifier=had ", "--identifier=had-notify"})
        BOOST_TEST(found.lines[0].find(word) != std::string::npos, word);
}

BOOST_AUTO_TEST_CASE(a_line_that_was_found_twice_stands_once_and_no_line_is_endless) {
    journal_is("echo one; echo two; printf '%05000d\\n' 7");
    const LogLines found = log_lines({noon}, places);
    BOOST_REQUIRE(found.lines.size() == 3u);
    BOOST_TEST(found.lines[0] == "one");
    BOOST_TEST(found.lines[2].size() == 1000u);
}

BOOST_AUTO_TEST_CASE(without_a_journal_the_last_lines_of_the_first_file_are_there) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += "Nov 27 01:02:03 gate7 had[12]: line " + std::to_string(i) + "\n";
    dir.write("syslog", "Nov 27 01:02:02 gate7 had-recorder: begins\nNov 27 01:02:02 gate7 sshd[9]: had: no\n" + text +
                            "Nov 27 01:02:04 gate7 hadron[1]: no\n");
    const LogLines found = log_lines({noon}, places);
    BOOST_TEST(found.why == "");
    BOOST_REQUIRE(found.lines.size() == 200u);
    BOOST_TEST(found.lines.front().ends_with("line 100"));
    BOOST_TEST(found.lines.back().ends_with("line 299"));
}

BOOST_AUTO_TEST_CASE(a_journal_that_hangs_is_given_up_and_what_it_has_said_is_kept) {
    journal_is("echo first; exec sleep 1000");
    places.limit = 1s;
    const auto begin = std::chrono::steady_clock::now();
    const LogLines found = log_lines({noon}, places);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 10s));
    BOOST_CHECK((found.lines == std::vector<std::string>{"first"}));
    BOOST_TEST(found.why == "it was not read within 1 s");
}

BOOST_AUTO_TEST_CASE(a_journal_without_an_end_is_read_for_a_megabyte) {
    journal_is("exec yes had-has-much-to-say");
    const LogLines found = log_lines({}, places);
    BOOST_CHECK((found.lines == std::vector<std::string>{"had-has-much-to-say"}) || found.lines.size() == 2u);
}

BOOST_AUTO_TEST_CASE(where_nothing_may_be_read_it_is_said) {
    BOOST_TEST(std::filesystem::create_directory(dir.path() / "syslog"));
    const LogLines found = log_lines({}, places);
    BOOST_TEST(found.lines.empty());
    BOOST_TEST(found.why.starts_with("neither the journal nor "), found.why);
}

BOOST_AUTO_TEST_SUITE_END()
