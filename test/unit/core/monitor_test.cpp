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

    explicit Play(MonitorConfig of, std::uint32_t mtu = 1500) : config(std::move(of)) {
        MonitorPlace place{.interface = "bond0", .group = 7};
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
    std::optional<bool> says_failed(const std::string&) override { return std::nullopt; }

    void answer(const Question& question) {
        if (question.transport != Transport::peer)
            return monitor->hear({.port = question.port, .transport = question.transport, .to = question.source,
                                  .from = {}, .target = question.target, .sequence = question.sequence}, now);
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
        play.pass(2 * config.interval);
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

BOOST_AUTO_TEST_CASE(a_backup_that_is_still_is_reported_as_it_is_judged) {
    Play play(monitor_of(MonitorKind::traffic));
    play.pass(3s, 70ms, talk(play, {1, 2}));
    play.pass(3s, 70ms, talk(play, {1}));
    BOOST_CHECK(play.state(1) == PathState::unproven);
    BOOST_CHECK(play.monitor->report(play.now).at(1).state == PathState::unproven);
}

BOOST_AUTO_TEST_SUITE_END()
