// What is known of a bond's ports when one is chosen, case by case.
#include "had/core/policy/failover.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

#include <fmt/format.h>
#include <ostream>

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint now{};                    // a World's

// bond0 of eth0 (2), which is active, and eth1 (3), in one card; both have served for an hour.
struct Bonded : World {
    explicit Bonded(const std::string& of_bond, const std::string& of_config, const std::string& sections)
        : World(sections + "[bond bond0]\nmode = active-backup\nmiimon = 100\n" + of_bond +
                "[config member]\nbond = bond0\n[config other]\nbond = bond0\n" + of_config +
                "[devices]\n2.0 = member\n2.1 = other\n2.2 = member\n") {
        let_serve(*this);
        for (const Ifindex index : {2, 3}) {
            standings[index].link = true;
            standings[index].since = now - 1h;
        }
    }
    Link& eth0() { return observed.links.at(2); }
    Link& eth1() { return observed.links.at(3); }
    Standing& standing() { return standings.at(3); }
};

std::string words_of(const Candidate& c) {
    std::string words;
    const auto add = [&](bool is_so, std::string_view word) {
        if (is_so) words += fmt::format("{}{}", words.empty() ? "" : " ", word);
    };
    add(c.usable, "usable");
    add(c.refused, "refused");
    add(c.good, "good");
    add(c.leaving, "leaving");
    add(c.doubted, "doubted");
    add(c.earned, "earned");
    add(c.returns, "returns");
    add(c.ordered, "ordered");
    add(c.displaced, "displaced");
    return words;
}

struct Case {
    const char* name;
    std::string of_bond;                      // lines of had.conf
    void (*change)(Bonded&);
    std::string eth1;
    std::optional<Duration> next = {};        // when the answer changes by itself
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

constexpr auto nothing = [](Bonded&) {};
constexpr auto just_back = [](Bonded& w) { w.standing().since = now - 300ms; };
constexpr auto order_it = [](Bonded& w) { w.orders.active["bond0"] = {"2.1", "root", "then"}; };
constexpr auto was_active = [](Bonded& w) { w.owned.actives["bond0"] = 3; };

const std::vector<Case> cases = {
    {"a standby that has served for long", "", nothing, "usable good earned returns"},
    {"it is down", "", [](Bonded& w) { w.eth1().up = w.standing().link = false; }, ""},
    {"it has no carrier", "", [](Bonded& w) { w.eth1().carrier = w.standing().link = false; }, ""},
    {"the kernel's link monitor calls it down", "", [](Bonded& w) { w.eth1().slave->mii = MiiStatus::down; },
     "good earned returns"},
    {"the kernel's link monitor waits for its updelay", "", [](Bonded& w) { w.eth1().slave->mii = MiiStatus::back; },
     "good earned returns"},
    {"it is within its downdelay", "downdelay = 500\n",
     [](Bonded& w) {
         w.eth1().carrier = w.standing().link = false;
         w.standing().since = now - 100ms;
     },
     "good", 400ms},
    {"it is back for less than rise", "", just_back, "usable good", 700ms},
    {"it is back for rise", "rise = 300ms\n", just_back, "usable good earned returns"},
    {"a longer updelay is its rise", "updelay = 400\nrise = 200ms\n", just_back, "usable good", 100ms},
    {"failback = never", "failback = never\n", nothing, "usable good earned"},
    {"primary_reselect = failure", "primary = 2.1\nprimary_reselect = failure\n", nothing, "usable good earned"},
    {"failback = after a time that is over", "failback = after 1800s\n", nothing, "usable good earned returns"},
    {"failback = after a time that is not over", "failback = after 3660s\n", nothing, "usable good earned", 1min},
    {"its card doubts it", "", [](Bonded& w) { w.standing().by_card = Doubt{}; }, "usable good doubted"},
    {"the kernel has refused it a moment ago", "", [](Bonded& w) { w.standing().refused = now - 200ms; },
     "usable refused good earned returns", 800ms},
    {"the kernel has refused it a second ago", "", [](Bonded& w) { w.standing().refused = now - 1s; },
     "usable good earned returns"},
    {"its card is let go", "",
     [](Bonded& w) { w.orders.offline["2"] = {.force = true, .by = "root", .since = "then"}; },
     "usable good leaving earned returns"},
    {"an operator has ordered it", "", order_it, "usable good earned returns ordered"},
    {"an order holds whatever failback says", "failback = never\n", order_it, "usable good earned returns ordered"},
    {"an order waits for what is to be earned", "",
     [](Bonded& w) {
         order_it(w);
         just_back(w);
     },
     "usable good ordered", 700ms},
    {"an operator has ordered another", "", [](Bonded& w) { w.orders.active["bond0"] = {"2.0", "root", "then"}; },
     "usable good earned"},
    {"an order may name an interface", "",
     [](Bonded& w) { w.orders.active["bond0"] = {"eth1", "root", "then"}; }, "usable good earned returns ordered"},
    {"another hand has moved the bond off it", "", was_active, "usable good earned returns displaced"},
    {"another hand is undone whatever failback says", "failback = never\n", was_active,
     "usable good earned returns displaced"},
    {"another hand has moved the bond to where had would", "primary = 2.0\n", was_active, "usable good earned returns"},
    {"another hand has moved the bond to where had would not", "primary = 2.0\nfailback = never\n", was_active,
     "usable good earned returns displaced"},
    {"it is back where it was", "",
     [](Bonded& w) {
         was_active(w);
         w.eth1().slave->active = true;
     },
     "usable good earned returns"},
    {"it had failed when the bond left it", "",
     [](Bonded& w) {
         was_active(w);
         just_back(w);
     },
     "usable good", 700ms},
    {"the kernel calls it down, so it was not another hand", "",
     [](Bonded& w) {
         was_active(w);
         w.eth1().slave->mii = MiiStatus::down;
     },
     "good earned returns"},
    {"an order makes the other hand's move of no account", "",
     [](Bonded& w) {
         was_active(w);
         w.orders.active["bond0"] = {"2.0", "root", "then"};
     },
     "usable good earned"},
    {"what is contested is left where it was put", "",
     [](Bonded& w) {
         was_active(w);
         w.owned.contested["bond0"] = {.times = 1, .until = now + std::chrono::minutes(1)};
     },
     "usable good earned displaced", std::chrono::minutes(1)},
};

struct Rank {
    const char* name;
    std::string of_bond, of_config;
    std::int64_t eth0, eth1;
};
std::ostream& operator<<(std::ostream& out, const Rank& r) { return out << r.name; }

constexpr std::int64_t above_every_prio = std::int64_t{1} << 40;
const std::vector<Rank> ranks = {
    {"without a word all are equal", "", "", 0, 0},
    {"prio is the rank", "", "prio = 7\n", 0, 7},
    {"prio may be below that of the others", "", "prio = -7\n", 0, -7},
    {"the primary is above every prio", "primary = 2.0\n", "prio = 2147483647\n", above_every_prio, 2147483647},
    {"the primary may be named by its interface", "primary = eth1\n", "prio = -7\n", 0, above_every_prio},
    {"a primary that is absent raises nobody", "primary = 2.2\n", "prio = 7\n", 0, 7},
};

std::vector<Candidate> candidates_in(Bonded& world, std::optional<TimePoint>& next) {
    return candidates_of(world.situation(), world.config.bonds.front(), *world.observed.link("bond0"), next);
}

} // namespace

BOOST_AUTO_TEST_SUITE(candidates)

BOOST_DATA_TEST_CASE(a_standby_is_what_is_known_of_it, cases, each) {
    Bonded world(each.of_bond, "", "");
    each.change(world);
    std::optional<TimePoint> next;
    const auto found = candidates_in(world, next);
    BOOST_REQUIRE(found.size() == 2u);
    BOOST_TEST(found.at(1).index == 3);
    BOOST_TEST(words_of(found.at(1)) == each.eth1);
    const auto expected = each.next ? std::optional(now + *each.next) : std::nullopt;
    BOOST_TEST((next == expected));
}

BOOST_DATA_TEST_CASE(rank_is_what_the_file_says, ranks, each) {
    Bonded world(each.of_bond, each.of_config, "");
    std::optional<TimePoint> next;
    const auto found = candidates_in(world, next);
    BOOST_REQUIRE(found.size() == 2u);
    BOOST_TEST(found.at(0).rank == each.eth0);
    BOOST_TEST(found.at(1).rank == each.eth1);
}

BOOST_AUTO_TEST_CASE(a_candidate_knows_its_slot_its_domain_and_its_place_in_the_bond) {
    Bonded world("", "", "[had]\ndomains = A\n[domain A]\nslots = 1-16\n");
    std::optional<TimePoint> next;
    const auto found = candidates_in(world, next);
    BOOST_REQUIRE(found.size() == 2u);
    for (const Candidate& c : found) {
        BOOST_TEST(c.slot == "2");
        BOOST_TEST(c.domain == "A");
    }
    BOOST_TEST(found.at(0).order < found.at(1).order);
}

BOOST_AUTO_TEST_CASE(who_was_never_heard_of_is_no_candidate) {
    Bonded world("", "", "");
    world.standings.erase(3);
    std::optional<TimePoint> next;
    BOOST_TEST(candidates_in(world, next).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
