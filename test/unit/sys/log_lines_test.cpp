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

BOOST_AUTO_TEST_CASE(nobody_but_root_is_believed_to_be_one_of_the_programs) {
    journal_is("echo \"$*\"");
    const LogLines found = log_lines({noon}, places);
    for (const std::string& line : found.lines)
        BOOST_TEST((" " + line + " ").find(" _UID=0 ") != std::string::npos, line);
}

BOOST_AUTO_TEST_CASE(the_oldest_stand_first_whether_an_alarm_was_long_ago_or_just_now) {
    journal_is("case \"$*\" in *@1020254340*) echo old;; *--since*) echo new;; *) echo between; echo new; "
               "echo newest; esac");
    const LogLines found = log_lines({noon + 1000 * second, noon}, places);
    BOOST_CHECK((found.lines == std::vector<std::string>{"old", "between", "new", "newest"}));
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

BOOST_AUTO_TEST_CASE(whose_line_of_a_file_it_is_is_told_by_its_tag_alone) {
    const std::vector<std::string> ours = {
        "Nov  7 01:02:03 gate7 had[12]: a", "2026-11-27T01:02:03.5+00:00 gate7 had-recorder[1]: b",
        "Nov 27 01:02:03 gate7 had-notify: c", "Nov 27 01:02:03 gate7 daemon.info had: d"};
    std::string text;
    for (const std::string& line : ours) text += line + "\n";
    for (const char* other : {"sshd[9]: invalid user had: no", "su: had[1]: no", "hadron[1]: no", "had no", "had[1] no",
                              "a.b: had: no", "", "had", "had:x no"})
        text += std::string("Nov 27 01:02:03 gate7 ") + other + "\n" + other + "\n";
    dir.write("syslog", text);
    BOOST_CHECK((log_lines({}, places).lines == ours));
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
