// Members of a bond that had.conf does not name.
#include "had/core/policy/failover.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

Candidate candidate(Ifindex index, bool foreign) {
    Candidate c;
    c.index = index;
    c.usable = c.good = c.earned = c.returns = true;
    c.foreign = foreign;
    c.order = static_cast<unsigned>(index);
    return c;
}

constexpr Ifindex usb = 1, first = 2, second = 3;

} // namespace

BOOST_AUTO_TEST_SUITE(foreign)

BOOST_AUTO_TEST_CASE(a_port_of_the_file_goes_before_one_that_is_better_in_all_else) {
    Candidate failed = candidate(first, false), other = candidate(second, false), stick = candidate(usb, true);
    failed.usable = failed.good = false;
    other.slot = failed.slot = "2";
    other.earned = other.returns = false;
    stick.rank = 100;
    BOOST_TEST(choose_active({stick, failed, other}, first).active == second);
    other.usable = false;
    BOOST_TEST(choose_active({stick, failed, other}, first).active == usb);
    BOOST_TEST((successors({stick, failed, other}, first) == std::vector<Ifindex>{second, usb}));
}

BOOST_AUTO_TEST_CASE(it_is_left_for_a_port_of_the_file_of_whatever_rank_that_has_earned_it) {
    Candidate port = candidate(first, false), stick = candidate(usb, true);
    port.rank = -5;
    BOOST_TEST(choose_active({stick, port}, usb).active == first);
    port.returns = false;
    BOOST_TEST(choose_active({stick, port}, usb).active == usb);
    BOOST_TEST(choose_active({stick, port}, first).active == first);
}

BOOST_AUTO_TEST_CASE(what_the_file_or_an_operator_names_is_none_wherever_it_sits) {
    World world("[bond bond0]\nmode = active-backup\nmiimon = 100\nprimary = usb0\n"
                "[bond bond1]\nmode = active-backup\nmiimon = 100\nactive_slave = usb1\n"
                "[bond bond2]\nmode = active-backup\nmiimon = 100\n"
                "[config member]\nbond = bond2\n[devices]\n2.0 = member\n");
    insert_card(world);
    world.hear(LinkSeen{nic(20, "usb0")});
    world.hear(LinkSeen{nic(21, "usb1")});
    const auto is = [&](const char* bond, Ifindex member) {
        const Situation s = world.situation();
        return is_foreign(s, *s.config.bond(bond), member);
    };
    BOOST_TEST(!is("bond0", 20));
    BOOST_TEST(is("bond0", 21));
    BOOST_TEST(!is("bond1", 21));
    BOOST_TEST(!is("bond2", 2));
    BOOST_TEST(is("bond2", 3));
    BOOST_TEST(is("bond1", 2));
    BOOST_TEST(is("bond2", 20));
    world.orders.active["bond2"] = {"usb0", "root", "now"};
    BOOST_TEST(!is("bond2", 20));
    world.owned.members = {{3, "bond2"}};
    BOOST_TEST(!is("bond2", 3));
}

BOOST_AUTO_TEST_SUITE_END()
