#include "had/record/ledger.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/chassis_values.hpp"
#include "test/unit/record/moments.hpp"

#include <fmt/format.h>

using namespace had;
using namespace had::record;
using namespace had::test;

namespace {

using Lines = std::vector<std::string>;

// "bond0 up 60 s", of what has ended and what is open.
Lines lines_of(Ledger& ledger, const std::string& object, const Moment& now) {
    Lines lines;
    const auto add = [&](const Span& span, std::int64_t length) {
        if (span.object != object) return;
        lines.push_back(fmt::format("{}{} {} s{}", to_string(span.state), span.unprotected ? " unprotected" : "",
                                    length / second, span.guessed ? " guessed" : ""));
    };
    for (const Span& span : ledger.spans().take_ended()) add(span, span.length);
    if (const Span* open = ledger.spans().open(object)) add(*open, between(open->begin, now));
    return lines;
}

core::View with_bond(core::Health health, unsigned serving = 2) {
    core::View view = whole_chassis();
    core::BondView& bond = view.bonds.at(0);
    bond.health = health;
    for (std::size_t i = serving; i < bond.members.size(); ++i) bond.members[i].mii = "down";
    if (serving == 1) bond.exposure = "one port only";
    return view;
}

} // namespace

BOOST_AUTO_TEST_SUITE(ledger)

BOOST_AUTO_TEST_CASE(an_outage_lasts_from_event_to_event_to_the_microsecond) {
    Ledger ledger;
    ledger.see(whole_chassis(), at(0));
    ledger.hear(told("down", "bond0", at(60 * second + 7)));
    ledger.see(with_bond(core::Health::down, 0), at(61 * second));
    ledger.hear(told("degraded", "bond0", at(90 * second + 10)));
    const auto ended = ledger.spans().take_ended();
    BOOST_REQUIRE(ended.size() == 2u);
    BOOST_TEST((ended.at(1).state == State::down));
    BOOST_TEST(ended.at(1).length == 30 * second + 3);
}

BOOST_AUTO_TEST_CASE(what_an_order_takes_is_planned_and_stays_so_until_it_is_up) {
    Ledger ledger;
    ledger.see(whole_chassis(), at(0));
    Told lost = told("port_lost", "bond0", at(10 * second));
    lost.cause = "extraction";
    ledger.hear(lost);
    ledger.hear(told("down", "bond0", at(10 * second)));
    ledger.see(with_bond(core::Health::down, 0), at(20 * second));
    ledger.hear(told("healed", "bond0", at(30 * second)));
    BOOST_TEST(lines_of(ledger, "bond0", at(40 * second)) == (Lines{"up 10 s", "planned 20 s", "up 10 s"}),
               boost::test_tools::per_element());
    lost.cause = "carrier";
    ledger.hear(lost);
    ledger.hear(told("down", "bond0", at(50 * second)));
    BOOST_TEST(lines_of(ledger, "bond0", at(55 * second)) == (Lines{"up 20 s", "down 5 s"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_reload_cuts_is_planned) {
    Ledger ledger;
    ledger.see(whole_chassis(), at(0));
    ledger.hear(told("reloaded", "", at(10 * second)));
    ledger.hear(told("down", "bond0", at(11 * second)));
    BOOST_TEST(lines_of(ledger, "bond0", at(12 * second)) == (Lines{"up 11 s", "planned 1 s"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_plain_port_is_recorded_from_the_time_at_which_it_first_served) {
    core::View view = whole_chassis();
    core::PortView& port = view.slots.at(2).ports.at(0);
    port.health = core::Health::absent;
    port.role.clear();
    Ledger ledger;
    ledger.see(view, at(0));
    BOOST_TEST(lines_of(ledger, "16.0", at(5 * second)) == Lines{}, boost::test_tools::per_element());
    Told t = told("port_serves", "", at(10 * second));
    t.port = "16.0";
    ledger.hear(t);
    t.event = "port_lost";
    t.cause = "removal";
    t.at = at(30 * second);
    ledger.hear(t);
    ledger.see(view, at(31 * second));        // absent, and missed
    BOOST_TEST(lines_of(ledger, "16.0", at(40 * second)) == (Lines{"up 20 s", "down 10 s"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(time_with_one_port_left_is_unprotected) {
    Ledger ledger;
    ledger.see(with_bond(core::Health::healthy), at(0));
    ledger.see(with_bond(core::Health::degraded, 1), at(10 * second));
    ledger.see(with_bond(core::Health::degraded, 1), at(15 * second));
    BOOST_TEST(lines_of(ledger, "bond0", at(20 * second)) == (Lines{"up 10 s", "up unprotected 10 s"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_invents_no_outage_and_hides_none) {
    Ledger ledger;
    ledger.see(whole_chassis(), at(0));
    ledger.hear(told("down", "bond0", at(10 * second)));
    ledger.hear(told("healed", "bond0", at(15 * second, "b1", day)));
    ledger.see(whole_chassis(), at(20 * second, "b1", -day));
    BOOST_TEST(lines_of(ledger, "bond0", at(30 * second, "b1", -day)) ==
                   (Lines{"up 10 s", "down 5 s", "up 5 s", "up 10 s"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_gap_without_a_change_of_the_carrier_was_as_before) {
    Ledger ledger;
    ledger.see(whole_chassis(), at(0));
    ledger.miss(at(10 * second), at(40 * second), {"bond0"});
    ledger.see(whole_chassis(), at(40 * second));
    BOOST_TEST(lines_of(ledger, "bond0", at(50 * second)) == (Lines{"up 50 s"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_gap_with_a_change_is_unknown) {
    Ledger ledger;
    ledger.see(whole_chassis(), at(0));
    ledger.miss(at(10 * second), at(40 * second), {"16.0"});
    ledger.see(whole_chassis(), at(40 * second));
    BOOST_TEST(lines_of(ledger, "bond0", at(50 * second)) == (Lines{"up 10 s", "unknown 30 s", "up 10 s"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(across_a_reboot_nothing_is_known_and_the_length_is_a_guess) {
    Ledger ledger;
    ledger.see(whole_chassis(), at(0));
    const Moment later{.time = noon + hour, .boot = "b2", .uptime = 20 * second};
    ledger.miss(at(10 * second), later, {"bond0"});
    ledger.see(whole_chassis(), later);
    BOOST_TEST(lines_of(ledger, "bond0", later) == (Lines{"up 10 s", "unknown 3590 s guessed", "up 0 s"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_had_conf_no_longer_names_ends) {
    Ledger ledger;
    ledger.see(whole_chassis(), at(0));
    core::View without = whole_chassis();
    without.bonds.clear();
    ledger.see(without, at(10 * second));
    BOOST_TEST(lines_of(ledger, "bond0", at(20 * second)) == (Lines{"up 10 s"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_event_of_the_protocol_is_read_and_anything_else_is_not) {
    const auto t =
        told_by(R"({"event":"failover","seq":1,"instance":"i","time":"2002-05-01T12:00:00.000001Z","boot":"b",)"
                R"("uptime_us":5,"bond":"bond0","cause":"carrier","by":"had","announced_us":262,"text":""})");
    BOOST_REQUIRE(t);
    BOOST_TEST(t->bond == "bond0");
    BOOST_TEST(t->announced_us.value() == 262);
    BOOST_TEST((t->at == Moment{noon + 1, "b", 5}));
    for (const char* odd : {"", "[]", "{}", R"({"event":"lost","instance":"i","from":1})", R"({"event":"x","time":7})"})
        BOOST_TEST(!told_by(odd), odd);
}

BOOST_AUTO_TEST_SUITE_END()
