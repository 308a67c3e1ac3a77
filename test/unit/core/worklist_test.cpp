// Whom it concerns how a link is, and which news of a link is of itself.  That nobody else has anything to say is a law
// of the scenarios and of the fuzzers.
#include "had/core/plan/plan.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

struct Serving : World {
    Serving() {
        insert_card(*this);
        let_serve(*this);
    }
    Worklist touched(Ifindex link) {
        Worklist worklist = nobody();
        touch(worklist, situation(), link);
        return worklist;
    }
    const Link& eth1() { return *observed.link(3); }
};

Worklist bond_and(std::set<PortName> ports) {
    return {.all = false, .rest = false, .bonds = {0}, .ports = std::move(ports), .slots = {}};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(worklist, Serving)

BOOST_AUTO_TEST_CASE(a_port_concerns_itself_and_its_bond_and_a_bond_its_ports) {
    BOOST_TEST((touched(3) == bond_and({{"2", 1, 0}})));
    BOOST_TEST((touched(9) == bond_and({{"2", 0, 0}, {"2", 1, 0}})));
}

BOOST_AUTO_TEST_CASE(what_is_nothing_of_the_file_concerns_everybody) {
    hear(LinkSeen{nic(50, "eth9")});
    BOOST_TEST(touched(50).all);
    BOOST_TEST(touched(51).all);
    hear(LinkSeen{bond(52, "bond7")});
    BOOST_TEST(touched(52).all);
}

BOOST_AUTO_TEST_CASE(carrier_and_state_are_of_the_link_itself_and_all_else_may_be_of_others) {
    Link heard = eth1();
    heard.carrier = !heard.carrier;
    heard.carrier_changes += 1;
    heard.slave->active = true;
    heard.slave->mii = MiiStatus::down;
    BOOST_TEST(is_of_itself(eth1(), heard));
    for (const auto& change : {+[](Link& l) { l.mtu = 9000; }, +[](Link& l) { l.address.bytes[0] ^= 2; },
                               +[](Link& l) { l.master = 0; }, +[](Link& l) { l.slave->permanent.bytes[5] ^= 1; },
                               +[](Link& l) { l.odd_flags = true; }, +[](Link& l) { l.name = "eth7"; }}) {
        Link other = heard;
        change(other);
        BOOST_TEST(!is_of_itself(eth1(), other));
    }
}

BOOST_AUTO_TEST_CASE(which_port_is_active_is_of_the_bond_itself_and_another_mode_is_not) {
    Link heard = *observed.link(9);
    heard.bond->options[BondOption::active_slave] = std::uint64_t{3};
    BOOST_TEST(is_of_itself(*observed.link(9), heard));
    heard.bond->options[BondOption::fail_over_mac] = std::uint64_t{1};
    BOOST_TEST(!is_of_itself(*observed.link(9), heard));
}

BOOST_AUTO_TEST_CASE(who_serves_and_has_nothing_to_say_is_asked_no_more_until_it_is_touched) {
    const Plan all = plan();
    BOOST_TEST(all.actions.empty());
    BOOST_TEST((all.said == nobody()));
    Link down = eth1();
    down.up = false;
    hear(LinkSeen{down});
    BOOST_TEST(had::core::plan(situation(), nobody()).actions.empty());
    const Plan some = had::core::plan(situation(), touched(3));
    BOOST_TEST((some.actions == plan().actions));
    BOOST_TEST(some.actions.size() == 1u);
    BOOST_TEST((some.said.ports == std::set<PortName>{{"2", 1, 0}}));
}

// What replaces a route lets it be, and may itself depend on a link: then the old way is nobody's any more.
BOOST_AUTO_TEST_CASE(a_route_that_was_to_be_replaced_is_removed_when_its_successor_has_lost_its_link) {
    World world("[bond bond1]\nmode = active-backup\n[bond bond2]\nmode = active-backup\n"
                "[peer there]\nservice = 10.9.0.2\nlan = eth0 10.1.0.2\nlan = bond1 10.2.0.2\nlan = bond2 10.3.0.2\n"
                "key = file /k 1\n");
    Link first = nic(4, "eth0"), second = bond(5, "bond1"), third = bond(6, "bond2");
    first.up = true;
    for (const Link& link : {first, second, third}) world.hear(LinkSeen{link});
    world.peers["there"].chosen = 1;
    for (const Action& action : world.plan().actions)
        if (const auto* add = std::get_if<AddRoute>(&action.operation))
            world.hear(RouteSeen{add->route, add->link.index});
    world.peers["there"].chosen = 2;
    Worklist asked = world.plan().said;
    third.up = false;
    world.hear(LinkSeen{third});
    touch(asked, world.situation(), third.index);
    BOOST_TEST(!asked.all);
    BOOST_TEST((had::core::plan(world.situation(), asked).actions == world.plan().actions));
}

BOOST_AUTO_TEST_CASE(a_plan_has_no_notes_of_whom_there_is_nothing_to_say) { BOOST_TEST(plan().notes.empty()); }

BOOST_AUTO_TEST_SUITE_END()
