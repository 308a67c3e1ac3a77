// Monitors at work: what they ask, how often, and when they have found something.
#include "test/boost_test.hpp"
#include "test/unit/core/monitor_play.hpp"

#include <algorithm>

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

std::uint32_t longest(const Play& play) {
    std::uint32_t size = 0;
    for (const Question& question : play.asked) size = std::max(size, question.size);
    return size;
}

// Others' frames, for Play::pass.
std::function<void()> talk(Play& play, std::vector<Ifindex> to) {
    return [&play, to = std::move(to)] {
        for (const Ifindex port : to) ++play.frames[port];
    };
}

} // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(PathState)

BOOST_AUTO_TEST_SUITE(monitor)

BOOST_AUTO_TEST_CASE(a_long_packet_is_as_long_as_the_file_says) {
    for (const MonitorKind kind : {MonitorKind::icmp, MonitorKind::peer}) {
        MonitorConfig config = monitor_of(kind);
        config.size = 1000;
        Play play(config);
        play.pass(3s);
        BOOST_TEST(longest(play) == 1000U);
        config.size = size_mtu;
        Play whole(config);
        whole.pass(3s);
        BOOST_TEST(longest(whole) == 1500U);
    }
}

BOOST_AUTO_TEST_CASE(it_is_never_longer_than_the_port_can_send) {
    for (const MonitorKind kind : {MonitorKind::icmp, MonitorKind::peer})
        for (const std::uint32_t mtu : {0U, 20U, 1280U}) {
            MonitorConfig config = monitor_of(kind);
            for (const std::uint32_t size : {size_mtu, 65535U}) {
                config.size = size;
                Play play(config, mtu);
                play.pass(3s);
                BOOST_TEST(longest(play) == mtu);
            }
        }
}

BOOST_AUTO_TEST_CASE(a_way_that_drops_long_packets_alone_is_found_and_stays_so) {
    for (const MonitorKind kind : {MonitorKind::icmp, MonitorKind::peer}) {
        MonitorConfig config = monitor_of(kind);
        config.size = size_mtu;
        Play play(config);
        play.pass(3s);
        BOOST_CHECK(play.state() == PathState::good);
        play.lets_through = [](const Question& question) { return question.size < 1000; };
        play.pass((10 + config.fall) * config.interval);
        BOOST_CHECK(play.state() == PathState::silent);
        bool stays = true;
        for (int i = 0; i < 50; ++i) {
            play.pass(config.interval);
            stays = stays && play.state() == PathState::silent;
        }
        BOOST_TEST(stays);
        play.lets_through = [](const Question&) { return true; };
        play.pass(1s + 2 * config.interval);  // a silent host is asked once a second
        BOOST_CHECK(play.state() == PathState::good);
        play.asked.clear();
        play.pass(10 * config.interval);
        const auto is_long = [](const Question& question) { return question.size == 1500; };
        const long ways = 2;       // one through each port, or from each
        BOOST_TEST(std::count_if(play.asked.begin(), play.asked.end(), is_long) == ways);
    }
}

BOOST_AUTO_TEST_CASE(what_answers_no_question_is_told_apart_from_an_answer_that_is_late) {
    using Change = std::function<void(Answer&)>;
    const auto other = [](Mac& mac) { mac.bytes[5] = 0x77; };
    struct Row {
        MonitorKind kind;
        Change change;
        bool ours;
        const char* what;
    };
    const Row rows[] = {
        {MonitorKind::arp, [](Answer&) {}, true, "the answer itself, a second time"},
        {MonitorKind::arp, [&](Answer& a) { other(a.to); }, false, "to another port"},
        {MonitorKind::arp, [](Answer& a) { a.target = *ip_address_from("10.0.1.77"); }, false, "of another host"},
        {MonitorKind::arp, [](Answer& a) { a.port = 9; }, false, "at no port of the bond"},
        {MonitorKind::arp, [](Answer& a) { a.transport = Transport::nd; }, false, "in another way"},
        {MonitorKind::peer, [](Answer&) {}, true, "the frame itself, a second time"},
        {MonitorKind::peer, [](Answer& a) { a.mark.sequence -= 3; }, true, "one that was long under way"},
        {MonitorKind::peer, [](Answer& a) { a.mark.sequence += 1; }, false, "one that was never sent"},
        {MonitorKind::peer, [](Answer& a) { a.mark.sequence -= 1000; }, false, "one of long ago"},
        {MonitorKind::peer, [](Answer& a) { a.mark.group = 8; }, false, "of another machine"},
        {MonitorKind::peer, [](Answer& a) { a.port = 3 - a.port; }, false, "at another port than it is for"},
        {MonitorKind::peer, [&](Answer& a) { other(a.from); }, false, "of another sender"},
        {MonitorKind::peer, [](Answer& a) { a.mark.to = 63; }, false, "for a port that is not there"},
    };
    for (const Row& row : rows) {
        Play play(monitor_of(row.kind));
        play.pass(2s);
        BOOST_REQUIRE(play.state() == PathState::good);
        const PathReport before = play.monitor->report(play.now).front();
        Answer answer = Play::answer_to(play.asked.back());
        row.change(answer);
        BOOST_TEST(play.monitor->hear(answer, play.now) == row.ours, row.what);
        BOOST_TEST(play.monitor->report(play.now).front().answered == before.answered, row.what);
    }
}

BOOST_AUTO_TEST_CASE(a_timeout_as_long_as_the_interval_voids_no_question) {
    MonitorConfig config = monitor_of(MonitorKind::arp);
    config.timeout = config.interval;
    Play play(config);
    play.pass(2s);
    BOOST_CHECK(play.state() == PathState::good);
    play.lets_through = [](const Question&) { return false; };
    play.pass((config.fall + 2) * config.interval);
    BOOST_CHECK(play.state() == PathState::silent);
    for (const PathReport& one : play.monitor->report(play.now)) BOOST_TEST(one.voided == 0U);
}

BOOST_AUTO_TEST_CASE(who_is_hurried_again_and_again_still_finds_what_is_lost) {
    Play play(monitor_of(MonitorKind::arp));
    play.pass(2s);
    BOOST_CHECK(play.state() == PathState::good);
    play.lets_through = [](const Question&) { return false; };
    play.asked.clear();
    play.pass(1s, 20ms, [&] { play.monitor->hurry(play.now); });
    BOOST_CHECK(play.state() == PathState::silent);
    BOOST_TEST(play.asked.size() <= 2 * (1s / play.config.waits() + 1), "and asks no more than its timeout lets it");
}

BOOST_AUTO_TEST_CASE(a_host_that_is_silent_through_every_port_is_asked_once_a_second_until_it_answers) {
    const MonitorConfig config = monitor_of(MonitorKind::arp);
    Play play(config);
    play.pass(2s);
    play.lets_through = [](const Question&) { return false; };
    play.pass(2s);
    BOOST_CHECK(play.state() == PathState::silent);
    play.asked.clear();
    play.pass(10s);
    BOOST_TEST(play.asked.size() >= 2 * 9U, "through both ports");
    BOOST_TEST(play.asked.size() <= 2 * 11U);
    play.lets_through = [](const Question& question) { return question.port == 2; };      // one port is enough
    play.asked.clear();
    play.pass(1s + config.interval);
    play.asked.clear();
    play.pass(10 * config.interval);
    BOOST_TEST(play.asked.size() >= 2 * 9U);
    play.lets_through = [](const Question&) { return true; };
    play.pass(2 * config.interval);
    BOOST_CHECK(play.state() == PathState::good);
}

BOOST_AUTO_TEST_CASE(a_host_that_comes_back_slowly_moves_nothing) {
    MonitorConfig config = monitor_of(MonitorKind::arp);
    config.rise = 5;
    Play play(config);
    play.pass(2s);
    play.lets_through = [](const Question&) { return false; };
    play.pass(5s);
    play.lets_through = [](const Question&) { return true; };
    bool moves = false;
    for (int i = 0; i < 40; ++i) {
        play.pass(config.interval / 4);
        for (const Finding& finding : play.monitor->judge(play.now).ports) moves = moves || finding.doubted;
    }
    BOOST_TEST(!moves);
    BOOST_CHECK(play.state() == PathState::good);
}

BOOST_AUTO_TEST_CASE(a_host_that_is_silent_through_one_port_alone_is_asked_as_often_as_before) {
    const MonitorConfig config = monitor_of(MonitorKind::arp);
    Play play(config);
    play.pass(2s);
    play.lets_through = [](const Question& question) { return question.port == 2; };
    play.pass(2s);
    play.asked.clear();
    play.pass(10 * config.interval);
    BOOST_TEST(play.asked.size() >= 2 * 9U);
}

BOOST_AUTO_TEST_CASE(two_monitors_that_ping_one_host_take_no_answer_of_each_other) {
    Play play(monitor_of(MonitorKind::icmp));
    play.lets_through = [&](const Question& question) {
        Question other = question;
        other.asker = question.asker + 1;
        play.answer(other);
        return false;
    };
    play.pass(3s);
    BOOST_CHECK(play.state() != PathState::good);
}

BOOST_AUTO_TEST_CASE(a_datagram_goes_to_the_port_of_the_file_and_only_that_answers) {
    MonitorConfig config = monitor_of(MonitorKind::udp);
    config.port = 53;
    config.datagram = "abc";
    Play play(config);
    play.pass(2s);
    BOOST_CHECK(play.state() == PathState::good);
    BOOST_TEST(play.asked.front().service == 53);
    BOOST_TEST(play.asked.front().datagram == "abc");
    play.lets_through = [&](const Question& question) {
        Question other = question;
        other.service = 54;
        play.answer(other);
        return false;
    };
    play.pass(2s);
    BOOST_CHECK(play.state() == PathState::silent);
}

BOOST_AUTO_TEST_CASE(windows_of_traffic_follow_each_other_though_the_clock_is_not_exact) {
    const MonitorConfig config = monitor_of(MonitorKind::traffic);
    Play play(config);
    const Duration window = config.interval * config.fall;
    play.pass(4 * window, 70ms, talk(play, {1, 2}));
    BOOST_CHECK(play.state() == PathState::good);
    play.pass(3 * window + 2ms, 70ms, talk(play, {2}));
    BOOST_CHECK(play.state() == PathState::silent);
}

BOOST_AUTO_TEST_CASE(a_counter_that_cannot_be_read_is_no_silence) {
    Play play(monitor_of(MonitorKind::traffic));
    play.pass(3s, 70ms, talk(play, {1, 2}));
    BOOST_CHECK(play.state() == PathState::good);
    play.counts = false;
    play.pass(3s, 70ms, talk(play, {1, 2}));
    BOOST_CHECK(play.state() == PathState::good);
    play.counts = true;
    play.pass(3s, 70ms, talk(play, {2}));
    BOOST_CHECK(play.state() == PathState::silent);
}

BOOST_AUTO_TEST_CASE(of_an_interface_as_a_whole_nothing_is_held) {
    for (const bool whole : {false, true}) {
        Play play(monitor_of(MonitorKind::traffic), 1500, whole);
        play.pass(3s, 70ms, talk(play, {1, 2}));
        play.pass(3s, 70ms, [] {});
        const Judgement judgement = play.monitor->judge(play.now);
        BOOST_TEST(judgement.silent);
        BOOST_TEST(judgement.held.empty() == whole);
    }
}

BOOST_AUTO_TEST_CASE(a_question_that_did_not_go_out_is_void_and_no_loss) {
    for (const MonitorKind kind : {MonitorKind::arp, MonitorKind::peer}) {
        Play play(monitor_of(kind));
        play.lets_through = [&](const Question& question) {
            play.monitor->not_asked(question);
            return false;
        };
        play.pass(10s, 70ms, [] {});
        for (const PathReport& report : play.monitor->report(play.now)) {
            BOOST_TEST(report.lost == 0U);
            BOOST_TEST(report.voided == report.sent);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_backup_that_is_still_is_reported_as_it_is_judged) {
    Play play(monitor_of(MonitorKind::traffic));
    play.pass(3s, 70ms, talk(play, {1, 2}));
    play.pass(3s, 70ms, talk(play, {1}));
    BOOST_CHECK(play.state(1) == PathState::unproven);
    BOOST_CHECK(play.monitor->report(play.now).at(1).state == PathState::unproven);
}

BOOST_AUTO_TEST_SUITE_END()
