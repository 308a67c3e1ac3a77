// Laws of judging, tried on worlds of chance: what was never proven is never believed, a bond is never left without a
// port, the order of ports means nothing, and who is convicted is guilty.
#include "had/core/monitor/mates.hpp"
#include "had/core/monitor/combine.hpp"
#include "had/core/monitor/targets.hpp"

#include "test/boost_test.hpp"

#include <algorithm>
#include <numeric>
#include <random>

using namespace had::core;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::hours(1)};

class Chance {
public:
    explicit Chance(unsigned seed) : source_(seed) {}
    bool once_in(unsigned times) { return below(times) == 0; }
    unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(source_); }
    std::vector<std::size_t> order(std::size_t count) {
        std::vector<std::size_t> places(count);
        std::iota(places.begin(), places.end(), 0U);
        std::shuffle(places.begin(), places.end(), source_);
        return places;
    }

private:
    std::mt19937 source_;
};

MonitorConfig monitor_of(Chance& chance) {
    MonitorConfig monitor;
    monitor.interval = 100ms;
    monitor.rise = 2 + chance.below(3);
    monitor.quorum = chance.below(3);         // zero: all
    return monitor;
}

std::vector<Ifindex> with_carrier(const std::vector<PortTracks>& ports) {
    std::vector<Ifindex> all;
    for (const PortTracks& port : ports)
        if (port.carrier) all.push_back(port.port);
    return all;
}
std::vector<Ifindex> with_carrier(const Mates& mates) {
    std::vector<Ifindex> all;
    for (const Mate& mate : mates.ports)
        if (mate.carrier) all.push_back(mate.port);
    return all;
}

std::vector<Ifindex> doubted(const Judgement& judgement) {
    std::vector<Ifindex> all;
    for (const Finding& finding : judgement.ports)
        if (finding.doubted) all.push_back(finding.port);
    return all;
}

bool leaves_a_port(const Judgement& judgement, const std::vector<Ifindex>& carriers) {
    const std::vector<Ifindex> out = doubted(judgement);
    const auto is_out = [&](Ifindex port) { return std::find(out.begin(), out.end(), port) != out.end(); };
    const bool judged_only_these = std::all_of(out.begin(), out.end(), [&](Ifindex port) {
        return std::find(carriers.begin(), carriers.end(), port) != carriers.end();
    });
    return judged_only_these && (carriers.empty() || !std::all_of(carriers.begin(), carriers.end(), is_out));
}

// Without texts, which name others in the order of the bond.
std::vector<Finding> by_port(Judgement judgement) {
    for (Finding& finding : judgement.ports) finding.text.clear();
    std::sort(judgement.ports.begin(), judgement.ports.end(),
              [](const Finding& a, const Finding& b) { return a.port < b.port; });
    return judgement.ports;
}
bool same(const Judgement& a, const Judgement& b) {
    return by_port(a) == by_port(b) && a.silent == b.silent && a.held == b.held;
}

// Ports and targets whose ways open and close, and whose carriers come and go.
struct Net {
    Chance chance;
    MonitorConfig monitor = monitor_of(chance);
    std::vector<PortTracks> ports;
    std::vector<std::vector<bool>> open;
    std::vector<bool> proven;                 // as this test sees it: a way was good since the carrier came
    TimePoint now = start;

    explicit Net(unsigned seed) : chance(seed) {
        const std::size_t targets = 1 + chance.below(3);
        ports.resize(1 + chance.below(4));
        proven.resize(ports.size());
        open.assign(ports.size(), std::vector<bool>(targets));
        for (std::size_t i = 0; i < ports.size(); ++i) {
            ports[i].port = static_cast<Ifindex>(i + 1);
            ports[i].tracks.resize(targets);
            ports[i].targets.resize(targets);
            carrier(i, true);
        }
    }
    void carrier(std::size_t port, bool has) {
        ports[port].carrier = has;
        proven[port] = false;
        for (Track& track : ports[port].tracks) begin_anew(track, now, chance.once_in(3));
    }
    void round() {
        now += 100ms;
        const bool late = chance.once_in(20);
        for (std::size_t i = 0; i < ports.size(); ++i) {
            if (chance.once_in(60)) carrier(i, !ports[i].carrier);
            for (std::size_t j = 0; j < open[i].size(); ++j) {
                if (chance.once_in(15)) open[i][j] = !open[i][j];
                ask(i, ports[i].tracks[j], open[i][j] && ports[i].carrier, late);
            }
        }
    }
    void ask(std::size_t port, Track& track, bool is_open, bool late) {
        note_asked(track, now);
        if (is_open && note_answer(track, monitor, now) && track.state == PathState::good) proven[port] = true;
        note_time(track, monitor, now + 50ms, late);
    }
    [[nodiscard]] Judgement shuffled() {
        std::vector<PortTracks> others;
        for (const std::size_t place : chance.order(ports.size())) others.push_back(ports[place]);
        return judge_targets(others, monitor);
    }
};

enum class Harm : unsigned char { cut_off, does_not_send, does_not_receive, split, all_dead };
constexpr std::array harms{Harm::cut_off, Harm::does_not_send, Harm::does_not_receive, Harm::split, Harm::all_dead};

// Ports on a switch with other hosts that are heard now and then; in a moment something happens to one port or to all.
struct Switch {
    Chance chance;
    Harm harm;
    std::size_t victim;
    MonitorConfig monitor;
    Mates mates;
    std::vector<Duration> phase;
    std::vector<std::uint64_t> frames;        // of others
    TimePoint now = start, harmed = start + 5s;

    Switch(unsigned seed, Harm what, std::size_t ports) : chance(seed), harm(what), victim(chance.below(ports)) {
        monitor.interval = 100ms;
        mates.ports.resize(ports);
        frames.resize(ports);
        harmed += chance.below(100) * 1ms;
        for (std::size_t i = 0; i < ports; ++i) {
            mates.ports[i].port = static_cast<Ifindex>(i + 1);
            mates.ports[i].name = std::to_string(i);
            mates.ports[i].carrier = true;
            mates.ports[i].hears.resize(ports);
            phase.push_back(chance.below(10) * 10ms);
        }
        for (std::size_t i = 0; i < ports; ++i) begin_anew(mates, i, now);
    }
    [[nodiscard]] bool sends(std::size_t port) const {
        if (now < harmed) return true;
        if (harm == Harm::all_dead) return false;
        return port != victim || (harm != Harm::cut_off && harm != Harm::does_not_send);
    }
    [[nodiscard]] bool receives(std::size_t port) const {
        if (now < harmed) return true;
        if (harm == Harm::all_dead) return false;
        return port != victim || (harm != Harm::cut_off && harm != Harm::does_not_receive);
    }
    [[nodiscard]] bool passes(std::size_t from, std::size_t to) const {
        const bool apart = harm == Harm::split && now >= harmed && from % 2 != to % 2;
        return sends(from) && receives(to) && !apart;
    }
    void step() {
        now += 10ms;
        for (std::size_t from = 0; from < phase.size(); ++from)
            if ((now - start) % 100ms == phase[from])
                for (std::size_t to = 0; to < phase.size(); ++to)
                    if (to != from) send(from, to);
        for (Mate& mate : mates.ports)
            for (Track& track : mate.hears) note_time(track, monitor, now, false);
        const bool somebody = chance.once_in(10);
        for (std::size_t i = 0; i < frames.size(); ++i) frames[i] += somebody && receives(i);
        if ((now - start) % 100ms == 0ms)
            for (std::size_t i = 0; i < frames.size(); ++i) note_foreign(mates.ports[i].foreign, frames[i], now);
    }
    void send(std::size_t from, std::size_t to) {
        Track& track = mates.ports[to].hears[from];
        note_asked(track, now);
        if (passes(from, to)) note_answer(track, monitor, now);
    }
    [[nodiscard]] Judgement judge() const {
        std::optional<TimePoint> next;
        return judge_mates(mates, monitor, now, next);
    }
    [[nodiscard]] bool one_is_to_blame() const { return harm != Harm::split && harm != Harm::all_dead; }
    [[nodiscard]] std::vector<Ifindex> guilty() const {
        if (!one_is_to_blame()) return {};
        return {static_cast<Ifindex>(victim + 1)};
    }
};

// A matrix of chance, as no world would have it.
Mates any_mates(Chance& chance) {
    const std::size_t count = 1 + chance.below(5);
    Mates mates;
    for (std::size_t i = 0; i < count; ++i) {
        Mate mate{static_cast<Ifindex>(i + 1), std::to_string(i), !chance.once_in(5), std::vector<Track>(count), {}};
        for (Track& track : mate.hears) {
            track.state = static_cast<PathState>(chance.below(3));
            track.since = start + chance.below(10) * 100ms;
            track.lost_in_row = chance.below(5);
            if (track.lost_in_row > 0) track.losing = start + chance.below(10) * 100ms;
            if (!chance.once_in(4)) track.heard = start + chance.below(20) * 100ms;
        }
        if (!chance.once_in(3)) mate.foreign.heard = start + chance.below(20) * 100ms;
        mates.ports.push_back(mate);
    }
    return mates;
}

Mates shuffled(const Mates& mates, Chance& chance) {
    const std::vector<std::size_t> order = chance.order(mates.ports.size());
    Mates others;
    for (const std::size_t place : order) {
        Mate mate = mates.ports[place];
        for (std::size_t i = 0; i < order.size(); ++i) mate.hears[i] = mates.ports[place].hears[order[i]];
        others.ports.push_back(mate);
    }
    return others;
}

} // namespace

BOOST_AUTO_TEST_SUITE(monitor_law)

BOOST_AUTO_TEST_CASE(of_targets_and_ports_that_come_and_go_only_the_proven_is_believed) {
    unsigned believed = 0, held = 0;
    for (unsigned seed = 0; seed < 200; ++seed) {
        Net net(seed);
        for (int i = 0; i < 200; ++i) {
            net.round();
            const Judgement judgement = judge_targets(net.ports, net.monitor);
            BOOST_TEST_REQUIRE(leaves_a_port(judgement, with_carrier(net.ports)), "world " << seed);
            BOOST_TEST_REQUIRE(same(judgement, net.shuffled()), "world " << seed);
            for (std::size_t port = 0; port < net.ports.size(); ++port) {
                const bool is_believed = judgement.ports[port].believed;
                BOOST_TEST_REQUIRE((!is_believed || net.proven[port]), "world " << seed);
                believed += is_believed;
            }
            held += judgement.silent;
        }
    }
    BOOST_TEST(believed > 1000U, "the worlds are not too friendly");
    BOOST_TEST(held > 1000U);
}

BOOST_AUTO_TEST_CASE(whatever_mates_hear_of_each_other_one_is_left_and_order_means_nothing) {
    Chance chance(1);
    unsigned out = 0;
    for (int i = 0; i < 20'000; ++i) {
        const Mates mates = any_mates(chance);
        std::optional<TimePoint> next, other_next;
        const TimePoint now = start + chance.below(40) * 100ms;
        const Judgement judgement = judge_mates(mates, MonitorConfig{}, now, next);
        BOOST_TEST_REQUIRE(leaves_a_port(judgement, with_carrier(mates)), "matrix " << i);
        BOOST_TEST_REQUIRE(same(judgement, judge_mates(shuffled(mates, chance), MonitorConfig{}, now, other_next)),
                           "matrix " << i);
        BOOST_TEST_REQUIRE((next == other_next), "matrix " << i);
        BOOST_TEST_REQUIRE((!next || *next > now), "matrix " << i);
        for (std::size_t port = 0; port < mates.ports.size(); ++port) {
            bool any = false;                 // it and another once heard each other
            for (std::size_t other = 0; other < mates.ports.size(); ++other)
                any = any || (other != port && mates.ports[other].hears[port].state != PathState::unproven &&
                              mates.ports[port].hears[other].state != PathState::unproven);
            BOOST_TEST_REQUIRE((!judgement.ports[port].believed || any), "matrix " << i);
        }
        out += !doubted(judgement).empty();
    }
    BOOST_TEST(out > 1000U);
}

BOOST_AUTO_TEST_CASE(who_is_convicted_by_its_mates_is_guilty_and_who_is_guilty_is_convicted) {
    for (const Harm harm : harms)
        for (std::size_t ports = 2; ports <= 5; ++ports)
            for (unsigned seed = 0; seed < 25; ++seed) {
                if (harm == Harm::split && ports % 2 == 1) continue;       // there the larger half is right
                Switch net(seed, harm, ports);
                while (net.now < start + 1s) net.step();                   // until all have proven their ways
                while (net.now < net.harmed + 3s) {
                    net.step();
                    const std::vector<Ifindex> out = doubted(net.judge());
                    BOOST_TEST_REQUIRE((out.empty() || out == net.guilty()),
                                       "harm " << static_cast<int>(harm) << ", " << ports << " ports, world " << seed);
                    // With three and more the majority decides at once: fall, the rest of a round, one more to witness.
                    const Duration limit = ports == 2 ? 1600ms : 600ms;
                    if (net.now >= net.harmed + limit) BOOST_TEST_REQUIRE((out == net.guilty()));
                }
                BOOST_TEST_REQUIRE(net.judge().silent == (harm == Harm::all_dead));
            }
}

BOOST_AUTO_TEST_CASE(several_monitors_of_chance_leave_a_port) {
    Chance chance(2);
    unsigned contradicted = 0;
    const MonitorConfig monitor;
    for (int i = 0; i < 20'000; ++i) {
        std::vector<Ifindex> ports(1 + chance.below(4));
        std::iota(ports.begin(), ports.end(), 1);
        std::vector<Judged> judged(1 + chance.below(3));
        for (Judged& each : judged) {
            each.by = &monitor;
            for (const Ifindex port : ports) {
                Finding& finding = each.judgement.ports.emplace_back();
                finding.port = port;
                finding.doubted = chance.once_in(2);
                finding.believed = finding.doubted && chance.once_in(2);
            }
        }
        const PathVerdict paths = combine(ports, judged);
        BOOST_TEST_REQUIRE(std::count(paths.doubts.begin(), paths.doubts.end(), std::nullopt) > 0);
        contradicted += !paths.contradiction.empty();
    }
    BOOST_TEST(contradicted > 1000U);
}

BOOST_AUTO_TEST_SUITE_END()
