// Monitors at work: what they ask, how often, and when they have found something.
#include "had/core/monitor/monitor.hpp"

#include "test/boost_test.hpp"

#include <functional>

using namespace had::core;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::hours(1)};
const IpAddress far_end = *ip_address_from("10.0.1.254");

// A clock by which each call is a moment late, and each a little less than the one before; ports 1 and 2, of which 1
// is active; and a network that answers what `lets_through`.
struct Play final : Prober {
    MonitorConfig config;
    std::unique_ptr<Monitor> monitor;
    std::vector<WatchedPort> ports;
    TimePoint now = start;
    std::function<bool(const Question&)> lets_through = [](const Question&) { return true; };
    std::vector<Question> asked;
    std::map<Ifindex, std::uint64_t> frames;
    bool counts = true;                       // else no counter of port 1 can be read
    Duration lateness = 1ms;

    explicit Play(MonitorConfig of, std::uint32_t mtu = 1500, bool whole = false) : config(std::move(of)) {
        MonitorPlace place{.interface = "bond0", .group = 7, .whole = whole};
        place.targets = {far_end};
        monitor = make_monitor(config, place);
        for (const std::uint8_t i : {std::uint8_t{0}, std::uint8_t{1}})
            ports.push_back({.index = i + 1,
                             .name = "2." + std::to_string(i),
                             .place = i,
                             .carrier = true,
                             .active = i == 0,
                             .mac = {{2, 0, 0, 0, 0, i}},
                             .mtu = mtu});
        monitor->watch(ports, now, true);
    }

    void listen(const std::vector<Ear>&) override {}
    int ask(const Question&) override { return 0; }
    std::optional<std::uint64_t> received(Ifindex port) override {
        return counts || port != 1 ? std::optional(frames[port]) : std::nullopt;
    }
    bool hears_file(const std::string&) override { return hears; }
    std::optional<bool> says_failed(const std::string&) override {
        ++readings;
        return says;
    }
    bool hears = true;                        // when a file changes
    std::optional<bool> says;                 // the file
    unsigned readings = 0;
    void write(bool failed) {
        says = failed;
        Answer changed;
        changed.transport = Transport::file;
        changed.path = config.path;
        if (hears) monitor->hear(changed, now);
    }

    void answer(const Question& question) {
        if (question.transport != Transport::peer)
            return monitor->hear({.port = question.port, .transport = question.transport, .to = question.source,
                                  .from = {}, .target = question.target, .sequence = question.sequence,
                                  .asker = question.asker, .service = question.service}, now);
        const Ifindex to = question.mark.to + 1;
        monitor->hear({.port = to, .transport = Transport::peer, .to = *question.to, .from = question.source,
                       .mark = question.mark}, now);
    }
    void step() {
        for (const Question& question : monitor->step(now, *this)) {
            asked.push_back(question);
            if (lets_through(question)) answer(question);
        }
    }
    // Somebody is told each time that another `tells` is over.
    void pass(Duration time, Duration tells = 1h, const std::function<void()>& tell = [] {}) {
        const TimePoint end = now + time;
        for (TimePoint next = now + tells; now < end;) {
            const TimePoint due = monitor->due().value_or(end) + lateness;
            now = std::min({std::max(due, now), next, end});
            if (now == next) next += tells, tell();
            if (monitor->due() && now >= *monitor->due() + lateness) lateness -= 1us, step();
        }
    }
    PathState state(std::size_t port = 0) { return monitor->judge(now).ports.at(port).state; }
};

MonitorConfig monitor_of(MonitorKind kind) {
    MonitorConfig config;
    config.name = "gw";
    config.kind = kind;
    config.rise = 1;
    return config;
}

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
