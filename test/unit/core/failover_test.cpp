// Which port of a bond is chosen, case by case.
#include "had/core/policy/failover.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

#include <algorithm>
#include <ostream>

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view stays = "", failed = "the active port failed", failback = "failback",
                           ordered_why = "an operator's order", let_go = "its card is let go",
                           moved = "another hand moved the bond";

// --- Ports to choose from ------------------------------------------------------------------------
// Each in a slot of its own, in the order of their indexes.
Candidate serves(Ifindex index) {
    static const std::string slots[] = {"0", "1", "2", "3", "4", "5"};
    Candidate c;
    c.index = index;
    c.usable = c.good = c.earned = c.returns = true;
    c.slot = slots[index];
    c.order = static_cast<unsigned>(index);
    return c;
}
// Its link has just come back.
Candidate returned(Ifindex index) {
    Candidate c = serves(index);
    c.earned = c.returns = false;
    return c;
}
// Its link is gone, and its downdelay not over.
Candidate lingers(Ifindex index) {
    Candidate c = returned(index);
    c.usable = false;
    return c;
}
Candidate fails(Ifindex index) {
    Candidate c = lingers(index);
    c.good = false;
    return c;
}
// failback = never, or not yet
Candidate keeps_away(Candidate c) {
    c.returns = false;
    return c;
}
Candidate ranked(std::int64_t rank, Candidate c) {
    c.rank = rank;
    return c;
}
// Its card says "no link".
Candidate doubted(Candidate c) {
    c.doubted = true;
    c.earned = c.returns = false;
    return c;
}
Candidate believed(Candidate c) {
    c = doubted(c);
    c.good = false;
    return c;
}
Candidate leaving(Candidate c) {
    c.leaving = true;
    return c;
}
Candidate refused(Candidate c) {
    c.refused = true;
    return c;
}
Candidate ordered(Candidate c) {
    c.ordered = true;
    return c;
}
Candidate displaced(Candidate c) {
    c.displaced = c.returns = true;
    return c;
}
Candidate in(std::string_view slot, std::string_view domain, Candidate c) {
    c.slot = slot;
    c.domain = domain;
    return c;
}

struct Case {
    const char* name;
    std::vector<Candidate> ports;
    Ifindex current, chosen;
    std::string_view why;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const std::vector<Case> cases = {
    {"a bond without ports has nothing to choose", {}, 0, 0, stays},
    {"a port that serves stays", {serves(1), serves(2)}, 2, 2, stays},
    {"a bond without an active port takes the first that could serve",
     {fails(1), serves(2), serves(3)},
     0,
     2,
     failed},
    {"a bond without an active port takes the best rank", {serves(1), ranked(5, serves(2))}, 0, 2, failed},
    {"an active port that is no port of the bond any more is replaced", {serves(1), serves(2)}, 9, 1, failed},
    {"the other takes over from a port that fails", {fails(1), serves(2)}, 1, 2, failed},
    {"when every port fails the kernel has the last word", {fails(1), fails(2)}, 1, 0, stays},
    {"a port within its downdelay is not left", {lingers(1), serves(2)}, 1, 1, stays},
    {"a port within its downdelay is no help to another that fails", {fails(1), lingers(2)}, 1, 0, stays},
    {"one that has earned its place goes before one that has not",
     {fails(1), returned(2), serves(3)},
     1,
     3,
     failed},
    {"one that has not earned its place is better than none", {fails(1), returned(2)}, 1, 2, failed},
    {"what was earned goes before rank", {fails(1), ranked(9, returned(2)), serves(3)}, 1, 3, failed},
    {"the best rank takes over", {fails(1), serves(2), ranked(5, serves(3)), ranked(4, serves(4))}, 1, 3, failed},
    {"a negative rank is the last", {fails(1), ranked(-1, serves(2)), serves(3)}, 1, 3, failed},
    {"of equal ones the first takes over", {fails(1), serves(3), serves(2)}, 1, 2, failed},
    {"a port of another card goes before one of the same",
     {in("2", "", fails(1)), in("2", "", serves(2)), in("5", "", serves(3))},
     1,
     3,
     failed},
    {"a port of the same card is better than none", {in("2", "", fails(1)), in("2", "", serves(2))}, 1, 2, failed},
    {"ports of which the slots are unknown are not of one card",
     {in("", "", fails(1)), in("", "", serves(2)), in("5", "", serves(3))},
     1,
     2,
     failed},
    {"a port of another domain goes before one of the same",
     {in("2", "A", fails(1)), in("3", "A", serves(2)), in("5", "B", serves(3))},
     1,
     3,
     failed},
    {"ports in no domain are not of one domain",
     {in("2", "", fails(1)), in("3", "", serves(2)), in("5", "B", serves(3))},
     1,
     2,
     failed},
    {"another card is more than another domain",
     {in("2", "A", fails(1)), in("2", "B", serves(2)), in("3", "A", serves(3))},
     1,
     3,
     failed},
    {"rank is more than another card",
     {in("2", "", fails(1)), in("2", "", ranked(1, serves(2))), in("5", "", serves(3))},
     1,
     2,
     failed},
    {"one that the kernel has just refused goes behind the others",
     {fails(1), refused(serves(2)), returned(3)},
     1,
     3,
     failed},
    {"one that the kernel has just refused is better than none", {fails(1), refused(serves(2))}, 1, 2, failed},
    {"a better rank takes over", {serves(1), ranked(5, serves(2))}, 1, 2, failback},
    {"a worse rank does not", {ranked(5, serves(1)), serves(2)}, 1, 1, stays},
    {"an equal rank does not", {ranked(5, serves(2)), ranked(5, serves(1))}, 2, 2, stays},
    {"of two better ranks the best takes over",
     {serves(1), ranked(5, serves(2)), ranked(7, serves(3))},
     1,
     3,
     failback},
    {"a better rank must have earned it", {serves(1), ranked(5, returned(2))}, 1, 1, stays},
    {"a better rank must be let back", {serves(1), ranked(5, keeps_away(serves(2)))}, 1, 1, stays},
    {"who may not take over from a good port may from one that fails",
     {fails(1), ranked(5, keeps_away(serves(2))), serves(3)},
     1,
     2,
     failed},
    {"a port within its downdelay is left for a better rank", {lingers(1), ranked(5, serves(2))}, 1, 2, failback},
    {"a better rank that fails does not take over", {serves(1), ranked(5, fails(2))}, 1, 1, stays},
    {"a port that its card doubts is not turned to from one that carries",
     {serves(1), doubted(ranked(5, serves(2)))},
     1,
     1,
     stays},
    {"a port that its card doubts goes behind the others",
     {fails(1), doubted(serves(2)), returned(3)},
     1,
     3,
     failed},
    {"a port that its card doubts is better than none", {fails(1), doubted(serves(2))}, 1, 2, failed},
    {"of two that their cards doubt neither is moved from", {believed(serves(1)), doubted(serves(2))}, 1, 0, stays},
    {"one whose card is believed is left", {believed(serves(1)), serves(2)}, 1, 2, failed},
    {"one whose card is only heard is not left", {doubted(serves(1)), serves(2)}, 1, 1, stays},
    {"an ordered port takes over whatever its rank", {ranked(5, serves(1)), ordered(serves(2))}, 1, 2, ordered_why},
    {"an ordered port must have earned it", {serves(1), ordered(returned(2))}, 1, 1, stays},
    {"an ordered port is the first to take over from one that fails",
     {fails(1), ordered(serves(2)), ranked(5, serves(3))},
     1,
     2,
     failed},
    {"what was earned goes before an order", {fails(1), ordered(returned(2)), serves(3)}, 1, 3, failed},
    {"an ordered port stays whatever there is",
     {ordered(serves(1)), ranked(5, keeps_away(serves(2)))},
     1,
     1,
     stays},
    {"another hand's move is undone", {serves(1), displaced(serves(2))}, 1, 2, moved},
    {"another hand's move to a better rank is undone as well",
     {ranked(5, keeps_away(serves(1))), displaced(serves(2))},
     1,
     2,
     moved},
    {"a bond moves off a card that is let go", {leaving(serves(1)), serves(2)}, 1, 2, let_go},
    {"also to a port that has not earned its place", {leaving(serves(1)), returned(2)}, 1, 2, let_go},
    {"not to another card that is let go", {leaving(serves(1)), leaving(serves(2))}, 1, 1, stays},
    {"not to one that cannot serve", {leaving(serves(1)), fails(2)}, 1, 1, stays},
    {"not to one that its card doubts", {leaving(serves(1)), doubted(serves(2))}, 1, 1, stays},
    {"an order does not hold it there", {leaving(ordered(serves(1))), keeps_away(serves(2))}, 1, 2, let_go},
    {"no bond moves to a card that is let go", {serves(1), leaving(ranked(5, serves(2)))}, 1, 1, stays},
    {"not by order either", {serves(1), leaving(ordered(serves(2)))}, 1, 1, stays},
    {"nor back after another hand", {serves(1), leaving(displaced(serves(2)))}, 1, 1, stays},
    {"nor from one within its downdelay", {lingers(1), leaving(ranked(5, serves(2)))}, 1, 1, stays},
    {"a card that is let go is the last to turn to",
     {fails(1), leaving(ranked(5, serves(2))), refused(returned(3))},
     1,
     3,
     failed},
    {"a card that is let go is better than none", {fails(1), leaving(serves(2))}, 1, 2, failed},
};

struct Order {
    const char* name;
    std::vector<Candidate> ports;
    Ifindex current;
    std::vector<Ifindex> order;
};
std::ostream& operator<<(std::ostream& out, const Order& o) { return out << o.name; }

const std::vector<Order> orders = {
    {"nobody succeeds the only port", {serves(1)}, 1, {}},
    {"equal ones follow in their order", {serves(3), serves(1), serves(2)}, 1, {2, 3}},
    {"the best rank is the first", {serves(1), ranked(1, serves(2)), ranked(2, serves(3))}, 1, {3, 2}},
    {"an ordered port goes before every rank", {serves(1), ranked(9, serves(2)), ordered(serves(3))}, 1, {3, 2}},
    {"health changes too often to count",
     {serves(1), fails(2), doubted(serves(3)), refused(serves(4)), returned(5)}, 1, {2, 3, 4, 5}},
    {"a card that is let go is the last", {serves(1), leaving(ranked(9, serves(2))), serves(3)}, 1, {3, 2}},
    {"another card goes before the same", {in("2", "", serves(1)), in("2", "", serves(2)), serves(3)}, 1, {3, 2}},
    {"without an active port no card is the same", {in("2", "", serves(2)), in("2", "", serves(3)), serves(4)}, 0,
     {2, 3, 4}},
};

// Every state in which a port can be.
std::vector<Candidate> states_of(Ifindex index) {
    std::vector<Candidate> states = {serves(index), returned(index), lingers(index), fails(index),
                                     keeps_away(serves(index)), doubted(serves(index)), believed(serves(index)),
                                     displaced(serves(index))};
    for (std::size_t i = 0, plain = states.size(); i < plain; ++i) states.push_back(leaving(states[i]));
    for (std::size_t i = 0, plain = states.size(); i < plain; ++i) states.push_back(ranked(5, states[i]));
    return states;
}

// Told of every bond of three ports and every port of it that may be active.
template <class F>
void for_each_bond(F told) {
    for (const Candidate& a : states_of(1))
        for (const Candidate& b : states_of(2))
            for (const Candidate& c : states_of(3)) told(std::vector{a, b, c});
}

} // namespace

BOOST_AUTO_TEST_SUITE(failover)

BOOST_DATA_TEST_CASE(the_active_port_is_chosen, cases, each) {
    const Choice choice = choose_active(each.ports, each.current);
    BOOST_TEST(choice.active == each.chosen);
    BOOST_TEST(choice.why == each.why);
}

BOOST_DATA_TEST_CASE(whoever_is_listed_first_the_choice_is_the_same, cases, each) {
    std::vector<Candidate> ports = each.ports;
    std::reverse(ports.begin(), ports.end());
    BOOST_TEST(choose_active(ports, each.current).active == each.chosen);
}

BOOST_DATA_TEST_CASE(the_others_follow_in_order, orders, each) {
    BOOST_TEST(successors(each.ports, each.current) == each.order, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_bond_moves_to_a_port_that_cannot_serve_or_twice) {
    unsigned moves = 0;
    for_each_bond([&](std::vector<Candidate> ports) {
        // Who was had's choice a moment ago has nobody above it that had would have chosen.
        for (const Candidate& c : ports)
            for (const Candidate& other : ports)
                if (c.displaced && other.returns && other.rank > c.rank) return;
        const Ifindex chosen = choose_active(ports, 1).active;
        if (chosen == 0 || chosen == 1) return;
        ++moves;
        if (!ports.at(static_cast<std::size_t>(chosen - 1)).usable) BOOST_FAIL("it cannot serve");
        for (Candidate& c : ports) c.displaced = false;       // what had itself has moved nobody else has
        const Ifindex next = choose_active(ports, chosen).active;
        // The kernel's choice where none is good is not ours.
        if (next != chosen && next != 0) BOOST_FAIL("chosen was " << chosen << ", then " << next);
    });
    BOOST_TEST(moves > 1000u);
}

BOOST_AUTO_TEST_CASE(no_bond_moves_to_a_card_that_is_let_go_from_a_good_port) {
    for_each_bond([](const std::vector<Candidate>& ports) {
        const Candidate& now = ports.front();
        const Ifindex chosen = choose_active(ports, 1).active;
        const bool moves = chosen != 0 && chosen != 1;
        if (moves && now.good && !now.leaving && ports.at(static_cast<std::size_t>(chosen - 1)).leaving)
            BOOST_FAIL("from a good port to " << chosen);
    });
}

BOOST_AUTO_TEST_SUITE_END()
