// The programs of monitors: how they end, and what is left of them.
#include "had/sys/program_runs.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"
#include "test/unit/skip.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

using namespace had;
using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

// Below /root or so nobody else has a hand in it: /tmp is sticky, which is well too.
struct Runs {
    TempDir dir;
    sys::Loop loop;
    std::vector<Answer> heard;
    sys::ProgramRuns runs{loop, [this](const Answer& answer) { heard.push_back(answer); }};

    std::string program(const std::string& script, unsigned mode = 0700) const {
        const std::string path = dir.path() / "look";
        std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
        ::chmod(path.c_str(), mode);
        return path;
    }
    static Question question(const std::string& path, Duration limit = 10s) {
        Question q;
        q.transport = Transport::program;
        q.asker = 7;
        q.program = {.command = {path, "there"}, .environment = {"HAD_MONITOR=gw"}, .limit = limit};
        return q;
    }
    Answer run(const std::string& path, Duration limit = 10s) {
        heard.clear();
        BOOST_TEST(runs.start(question(path, limit)) == 0);
        BOOST_REQUIRE(wait_for(loop, [&] { return !heard.empty(); }));
        return heard.front();
    }
};

bool is_root() { return ::geteuid() == 0; }

} // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Told)

BOOST_AUTO_TEST_SUITE(program_runs)

BOOST_AUTO_TEST_CASE(a_program_tells_by_its_exit_status) {
    HAD_TRY(is_root());
    Runs runs;
    const Answer well = runs.run(runs.program("test $1 = there && test $HAD_MONITOR = gw && test \"$(pwd)\" = /"));
    BOOST_CHECK(well.told == Told::well);
    BOOST_TEST(well.text == "");
    BOOST_TEST(well.asker == 7U);
    const Answer failed = runs.run(runs.program("echo no session >&2; echo and more; exit 3"));
    BOOST_CHECK(failed.told == Told::failed);
    BOOST_TEST(failed.text == "it ended with 3: no session");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_or_crashes_says_nothing_of_the_way) {
    HAD_TRY(is_root());
    Runs runs;
    const Answer none = runs.run("/nonexistent/look");
    BOOST_CHECK(none.told == Told::unknown);
    BOOST_TEST(none.text == "it could not be run: /nonexistent/look: No such file or directory");
    const Answer crash = runs.run(runs.program("kill -SEGV $$"));
    BOOST_CHECK(crash.told == Told::unknown);
    BOOST_TEST(crash.text == "signal 11 ended it");
}

BOOST_AUTO_TEST_CASE(a_program_in_which_others_have_a_hand_is_not_run) {
    HAD_TRY(is_root());
    Runs runs;
    const std::string path = runs.program("exit 0", 0777);
    const Answer answer = runs.run(path);
    BOOST_CHECK(answer.told == Told::unknown);
    BOOST_TEST(answer.text == fmt::format("it could not be run: {0} may be written by others: chmod go-w {0}", path));
}

BOOST_AUTO_TEST_CASE(at_its_limit_it_is_killed_with_all_that_it_has_started) {
    HAD_TRY(is_root());
    Runs runs;
    const std::string mark = runs.dir.path() / "child";
    const Answer answer = runs.run(runs.program(fmt::format("sleep 1000 & echo $! > {}; echo waiting; wait", mark)),
                                   500ms);
    BOOST_CHECK(answer.told == Told::failed);
    BOOST_TEST(answer.text.starts_with("it took too long, and was ended"));
    int child = 0;
    std::ifstream(mark) >> child;
    BOOST_REQUIRE(child > 0);
    BOOST_TEST(wait_for(runs.loop, [&] {
        std::ifstream stat(fmt::format("/proc/{}/stat", child));
        std::string number, name, state;
        return !(stat >> number >> name >> state) || state == "Z";
    }));
    BOOST_TEST(runs.heard.size() == 1);
}

BOOST_AUTO_TEST_CASE(who_prints_without_end_is_heard_to_his_first_line) {
    HAD_TRY(is_root());
    Runs runs;
    const Answer answer = runs.run(runs.program("yes | head -c 3000000; exit 1"));
    BOOST_CHECK(answer.told == Told::failed);
    BOOST_TEST(answer.text == "it ended with 1: y");
    const std::string script = "printf '\\033]0;x\\007'; head -c 5000 /dev/zero | tr '\\0' a; exit 1";
    const Answer hostile = runs.run(runs.program(script));
    BOOST_TEST(hostile.text.size() < 1300);
    BOOST_TEST(hostile.text.find('\033') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(more_than_sixteen_at_once_wait_for_the_next_round) {
    HAD_TRY(is_root());
    Runs runs;
    Question q = Runs::question(runs.program("sleep 1000"));
    for (q.asker = 1; q.asker <= 17; ++q.asker) BOOST_TEST(runs.runs.start(q) == 0);
    BOOST_REQUIRE(wait_for(runs.loop, [&] { return !runs.heard.empty(); }));
    BOOST_CHECK(runs.heard.front().told == Told::unknown);
    BOOST_TEST(runs.heard.front().asker == 17U);
}

BOOST_AUTO_TEST_SUITE_END()
