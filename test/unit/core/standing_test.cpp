// How far a port is trusted after what its link did, case by case.
#include "had/core/policy/standing.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

#include <ostream>

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::hours(1)};

enum Does : unsigned char {
    has_link, serves_as_active, loses_carrier, is_set_down, is_doubted, is_disbelieved, is_cleared
};

struct Deed {
    Duration at;
    Does what;
};

// What a port did, one after the other, and what is to be thought of it at a time.
struct History {
    const char* name;
    std::vector<Deed> deeds;
    Duration asked;
    bool good, earned;
    std::optional<Duration> next = {};        // when that changes by itself
    Trust trust = {};
};
std::ostream& operator<<(std::ostream& out, const History& h) { return out << h.name; }

constexpr Trust undamped{.damp = false}, delayed{.downdelay = 500ms}, quick{.rise = 0s};

std::vector<Deed> flaps(int times) {
    std::vector<Deed> deeds = {{0s, has_link}};
    for (int i = 0; i < times; ++i) {
        deeds.push_back({0s, loses_carrier});
        deeds.push_back({0s, has_link});
    }
    return deeds;
}

const std::vector<History> histories = {
    {"a port that is heard of for the first time has earned nothing", {{0s, has_link}}, 0s, true, false, 1s},
    {"a port that is heard of for the first time may be the active one", {{0s, serves_as_active}}, 0s, true, true},
    {"it has earned its place when it has served for rise", {{0s, has_link}}, 1s, true, true},
    {"and not a moment earlier", {{0s, has_link}}, 999ms, true, false, 1s},
    {"without rise it has at once", {{0s, has_link}}, 0s, true, true, {}, quick},
    {"a longer rise takes longer", {{0s, has_link}}, 4s, true, false, 5s, {.rise = 5s}},
    {"a port that is lost is not good", {{0s, has_link}, {5s, loses_carrier}}, 5s, false, false},
    {"nor is one that never served", {{0s, loses_carrier}}, 9s, false, false},
    {"what was earned goes with the link",
     {{0s, serves_as_active}, {5s, loses_carrier}, {5s, serves_as_active}},
     5s,
     true,
     false,
     6s},
    {"what is told twice is no news", {{0s, has_link}, {900ms, has_link}}, 1s, true, true},
    {"to become active earns nothing", {{0s, has_link}, {100ms, serves_as_active}}, 200ms, true, false, 1s},
    {"a lost link is good for its downdelay",
     {{0s, has_link}, {5s, loses_carrier}},
     5400ms,
     true,
     false,
     5500ms,
     delayed},
    {"and no longer", {{0s, has_link}, {5s, loses_carrier}}, 5500ms, false, false, {}, delayed},
    {"who is set down has no downdelay", {{0s, has_link}, {5s, is_set_down}}, 5s, false, false, {}, delayed},
    {"two losses do not damp", flaps(2), 1s, true, true},
    {"three do, until the penalty has gone below the lower mark", flaps(3), 15s, true, false, 15849626us},
    {"then it is over", flaps(3), 16s, true, true},
    {"five losses take longer", flaps(5), 23s, true, false, 23219281us},
    {"the penalty has a limit, so no port is out for more than half a minute", flaps(1000), 29s, true, false, 30s},
    {"a loss below the upper mark keeps it damped as long as the lower one is not reached",
     {{0s, has_link},
      {0s, loses_carrier},
      {0s, has_link},
      {0s, loses_carrier},
      {0s, has_link},
      {0s, loses_carrier},
      {0s, has_link},
      {12s, loses_carrier},
      {12s, has_link}},
     14s,
     true,
     false,
     24052836us},
    {"damp = no", flaps(1000), 1s, true, true, {}, undamped},
    {"losses far apart are forgotten",
     {{0s, has_link},
      {0s, loses_carrier},
      {0s, has_link},
      {60s, loses_carrier},
      {60s, has_link},
      {120s, loses_carrier},
      {120s, has_link}},
     121s,
     true,
     true},
    {"a longer rise outlasts the damping", flaps(3), 16s, true, false, 20s, {.rise = 20s}},
    {"a doubt that is not believed loses nothing", {{0s, serves_as_active}, {5s, is_doubted}}, 5s, true, true},
    {"a doubt that is believed is a loss", {{0s, serves_as_active}, {5s, is_disbelieved}}, 5s, false, false},
    {"which has a downdelay as well",
     {{0s, serves_as_active}, {5s, is_disbelieved}},
     5400ms,
     true,
     false,
     5500ms,
     delayed},
    {"after it the place is to be earned anew",
     {{0s, serves_as_active}, {5s, is_disbelieved}, {6s, is_cleared}},
     6s,
     true,
     false,
     7s},
    {"the carrier that follows is no second loss",
     {{0s, has_link},
      {1s, is_disbelieved},
      {3s, loses_carrier},
      {3s, has_link},
      {3s, is_disbelieved},
      {3s, loses_carrier},
      {3s, has_link}},
     4s,
     true,
     true},
    {"with the carrier the doubt goes",
     {{0s, has_link}, {1s, is_disbelieved}, {2s, loses_carrier}, {3s, has_link}},
     4s,
     true,
     true},
};

struct Port {
    std::map<Ifindex, Standing> standings;
    Link link = slave(2, "eth0", 9);

    // Returns whether it was news.
    bool hear(const Deed& deed) {
        const TimePoint now = start + deed.at;
        switch (deed.what) {
        case has_link:
        case serves_as_active:
            link.up = link.carrier = true;
            link.slave->active = deed.what == serves_as_active;
            return hear_link(standings, link, now);
        case loses_carrier: link.carrier = false; return hear_link(standings, link, now);
        case is_set_down: link.up = link.carrier = false; return hear_link(standings, link, now);
        case is_doubted: return hear_doubt(standings, link, &Standing::by_card, Doubt{.believed = false}, now);
        case is_disbelieved: return hear_doubt(standings, link, &Standing::by_card, Doubt{.believed = true}, now);
        case is_cleared: return hear_doubt(standings, link, &Standing::by_card, std::nullopt, now);
        }
        return false;
    }
    Standing& standing() { return standings.at(2); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(standing)

BOOST_DATA_TEST_CASE(a_port_is_trusted_as_it_has_served, histories, each) {
    Port port;
    for (const Deed& deed : each.deeds) port.hear(deed);
    const TimePoint now = start + each.asked;
    std::optional<TimePoint> next;
    BOOST_TEST(counts_as_good(port.standing(), port.link, each.trust, now, next) == each.good);
    BOOST_TEST(has_earned(port.standing(), each.trust, now, next) == each.earned);
    const auto expected = each.next ? std::optional(start + *each.next) : std::nullopt;
    BOOST_TEST((next == expected), "it changes after " << (next ? (*next - start).count() : -1) << " us");
}

BOOST_AUTO_TEST_CASE(it_is_damped_while_its_penalty_keeps_it_back_and_it_has_a_link) {
    const auto damped_after = [](std::vector<Deed> deeds, Duration asked, const Trust& trust = {}) {
        Port port;
        for (const Deed& deed : deeds) port.hear(deed);
        return is_damped(port.standing(), trust, start + asked);
    };
    std::vector<Deed> lost = flaps(3);
    lost.push_back({1s, loses_carrier});
    BOOST_TEST(!damped_after(flaps(2), 0s));
    BOOST_TEST(damped_after(flaps(3), 15s));
    BOOST_TEST(!damped_after(flaps(3), 16s));
    BOOST_TEST(damped_after(flaps(3), 15s, {.rise = 20s}));
    BOOST_TEST(!damped_after(flaps(3), 16s, {.rise = 20s}));
    BOOST_TEST(!damped_after(flaps(3), 1s, undamped));
    BOOST_TEST(!damped_after(lost, 1s));
}

// What a timer is armed for comes to pass then, and not before.
BOOST_DATA_TEST_CASE(what_only_time_changes_changes_when_it_is_said_to, histories, each) {
    Port port;
    for (const Deed& deed : each.deeds) port.hear(deed);
    const auto answers = [&](TimePoint now, std::optional<TimePoint>& next) {
        return std::tuple(counts_as_good(port.standing(), port.link, each.trust, now, next),
                          has_earned(port.standing(), each.trust, now, next),
                          is_damped(port.standing(), each.trust, now));
    };
    std::optional<TimePoint> next, unused;
    const auto before = answers(start + each.asked, next);
    if (next) {
        BOOST_TEST((answers(*next - 1us, unused) == before));
        BOOST_TEST((answers(*next, unused) != before));
    } else BOOST_TEST((answers(start + each.asked + 24h, unused) == before));
}

BOOST_AUTO_TEST_CASE(only_a_change_is_news) {
    const std::pair<Deed, bool> told[] = {
        {{0s, has_link}, true},           {{1s, has_link}, false},        {{2s, is_doubted}, true},
        {{3s, is_doubted}, false},      {{4s, is_disbelieved}, true}, {{5s, is_cleared}, true},
        {{6s, is_cleared}, false},      {{7s, loses_carrier}, true},  {{8s, is_set_down}, false},
        {{9s, serves_as_active}, true}};
    Port port;
    for (const auto& [deed, news] : told) BOOST_TEST(port.hear(deed) == news, "after " << deed.at.count() << " us");
}

BOOST_AUTO_TEST_CASE(who_told_a_loss_is_known) {
    Port port;
    port.hear({0s, has_link});
    port.hear({1s, is_disbelieved});
    BOOST_TEST((port.standing().lost_by == Probe::mii));
    port.hear({2s, is_cleared});
    port.hear({3s, loses_carrier});
    BOOST_TEST(!port.standing().lost_by.has_value());
}

BOOST_AUTO_TEST_CASE(when_a_port_ceased_to_be_the_active_one_is_known) {
    Port port;
    port.hear({0s, serves_as_active});
    BOOST_TEST(!port.standing().retired.has_value());
    port.hear({2s, has_link});
    BOOST_TEST((port.standing().retired == start + 2s));
    port.hear({3s, has_link});
    BOOST_TEST((port.standing().retired == start + 2s));
}

BOOST_AUTO_TEST_CASE(of_a_port_that_was_never_heard_of_no_doubt_is_kept) {
    Port port;
    BOOST_TEST(!port.hear({0s, is_disbelieved}));
    BOOST_TEST(port.standings.empty());
}

BOOST_AUTO_TEST_CASE(a_refusal_counts_for_a_second) {
    Standing refused;
    std::optional<TimePoint> next;
    BOOST_TEST(!is_refused(refused, start, next));
    refused.refused = start;
    BOOST_TEST(is_refused(refused, start + 999ms, next));
    BOOST_TEST((next == start + refusal_lasts));
    BOOST_TEST(!is_refused(refused, start + refusal_lasts, next));
}

BOOST_AUTO_TEST_SUITE_END()
