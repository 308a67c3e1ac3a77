// Monitors that are told by others: a file that another program writes, and a program of its own.
#include "test/boost_test.hpp"
#include "test/unit/core/monitor_play.hpp"

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(monitor)

BOOST_AUTO_TEST_CASE(a_file_is_read_when_it_changes_and_nobody_wakes_up_for_it_otherwise) {
    MonitorConfig config = monitor_of(MonitorKind::file);
    config.path = "/run/session";
    config.rise = 3;
    Play play(config);
    play.write(false);
    play.pass(1s);
    BOOST_CHECK(play.state() == PathState::good);
    const unsigned before = play.readings;
    play.pass(1h);
    BOOST_TEST(play.readings == before);
    BOOST_TEST(!play.monitor->due());
    play.write(true);
    play.pass(config.interval);
    BOOST_CHECK(play.state() == PathState::good);
    play.pass(config.interval * (config.fall - 1));
    BOOST_CHECK(play.state() == PathState::silent);
    play.write(false);
    play.pass(config.interval * config.rise);
    BOOST_CHECK(play.state() == PathState::good);
    BOOST_TEST(!play.monitor->due());
}

BOOST_AUTO_TEST_CASE(a_word_that_is_taken_back_soon_does_not_count) {
    MonitorConfig config = monitor_of(MonitorKind::file);
    config.path = "/run/session";
    Play play(config);
    play.write(false);
    play.pass(1s);
    for (int times = 0; times < 10; ++times) {
        play.write(true);
        play.pass(config.interval);
        play.write(false);
        play.pass(config.interval);
        BOOST_CHECK(play.state() == PathState::good);
    }
}

BOOST_AUTO_TEST_CASE(a_file_whose_changes_cannot_be_heard_is_read_each_interval) {
    MonitorConfig config = monitor_of(MonitorKind::file);
    config.path = "/run/session";
    Play play(config);
    play.hears = false;
    play.write(false);
    play.pass(1s);
    play.write(true);
    play.pass(config.interval * (config.fall + 1));
    BOOST_CHECK(play.state() == PathState::silent);
    BOOST_TEST(play.monitor->due().has_value());
}

BOOST_AUTO_TEST_CASE(who_writes_without_end_has_it_read_now_and_then) {
    MonitorConfig config = monitor_of(MonitorKind::file);
    config.path = "/run/session";
    Play play(config);
    play.pass(1s);
    const unsigned before = play.readings;
    play.pass(1s, 1ms, [&] { play.write(false); });
    BOOST_TEST(play.readings - before <= 51);
}

BOOST_AUTO_TEST_CASE(a_program_says_by_its_end_whether_the_way_is_well) {
    MonitorConfig config = monitor_of(MonitorKind::exec);
    config.interval = 1s;
    config.command = {"/bin/look", "there"};
    Play play(config);
    Told told = Told::well;
    play.lets_through = [&](const Question& question) {
        BOOST_TEST(question.program.command.size() == 2);
        BOOST_CHECK(question.program.limit == config.waits());
        Answer answer;
        answer.transport = Transport::program;
        answer.asker = question.asker;
        answer.told = told;
        answer.text = told == Told::well ? "" : "it ended with 1: no session";
        play.monitor->hear(answer, play.now);
        return false;
    };
    play.pass(2s);
    BOOST_CHECK(play.state() == PathState::good);
    told = Told::unknown;
    play.pass(20s);
    BOOST_CHECK(play.state() == PathState::good);
    told = Told::failed;
    play.pass(2s);
    BOOST_CHECK(play.state() == PathState::good);
    play.pass(2s);
    BOOST_CHECK(play.state() == PathState::silent);
    BOOST_TEST(play.monitor->judge(play.now).ports.front().text == "it ended with 1: no session");
    told = Told::well;
    play.pass(2s);
    BOOST_CHECK(play.state() == PathState::good);
}

BOOST_AUTO_TEST_CASE(a_program_that_still_runs_is_not_started_again) {
    MonitorConfig config = monitor_of(MonitorKind::exec);
    config.interval = 1s;
    config.timeout = 1s;
    config.command = {"/bin/look"};
    Play play(config);
    play.lets_through = [](const Question&) { return false; };
    play.pass(1500ms);
    BOOST_TEST(play.asked.size() == 1);
}

// Of a service, what is new has its time from then on.
BOOST_AUTO_TEST_CASE(one_that_has_not_found_anything_yet_says_since_when) {
    for (const MonitorKind kind : {MonitorKind::file, MonitorKind::exec}) {
        MonitorConfig config = monitor_of(kind);
        config.path = "/run/x";
        config.command = {"x"};
        Play play(config);
        BOOST_TEST((play.monitor->judge(play.now).ports.at(0).since == play.now));
    }
}

BOOST_AUTO_TEST_SUITE_END()
