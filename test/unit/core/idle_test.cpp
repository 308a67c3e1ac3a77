// Why a bond does not use a port that has a link.
#include "had/core/policy/failover.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

struct Member {
    Link in = bond(9, "bond0"), port = slave(2, "eth0", 9, false);

    void mode(BondMode mode) { in.bond->options[BondOption::mode] = static_cast<std::uint64_t>(mode); }
    void lacp(std::uint16_t aggregator, unsigned actor, unsigned partner) {
        port.slave->lacp = {aggregator, static_cast<std::uint8_t>(actor), static_cast<std::uint8_t>(partner)};
    }
    std::string_view why() const { return why_idle(port, in); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(idle, Member)

BOOST_AUTO_TEST_CASE(a_standby_is_not_idle) {
    BOOST_TEST(why() == "");
    for (const BondMode each : {BondMode::balance_rr, BondMode::balance_tlb, BondMode::balance_alb}) {
        mode(each);
        BOOST_TEST(why() == "");
    }
}

BOOST_AUTO_TEST_CASE(without_a_link_there_is_nothing_else_to_say) {
    mode(BondMode::lacp);
    port.carrier = false;
    port.slave->mii = MiiStatus::down;
    BOOST_TEST(why() == "");
}

// As a kernel of 6.1 told it of cables to an end that speaks no LACP, and to one that does.
BOOST_AUTO_TEST_CASE(in_8023ad_a_port_serves_when_both_ends_have_agreed) {
    mode(BondMode::lacp);
    in.bond->lacp = LacpBond{1, 1, {}};
    BOOST_TEST(why() == "has no LACP partner");              // nothing is told of it yet
    lacp(2, 71, 0);
    BOOST_TEST(why() == "has no LACP partner");
    lacp(2, 79, 0);
    BOOST_TEST(why() == "has no LACP partner");
    lacp(2, 63, 63);
    BOOST_TEST(why().starts_with("is in another LACP aggregator"));
    lacp(1, 15, 7);
    BOOST_TEST(why() == "has not agreed with its LACP partner");
    lacp(1, 63, 63);
    port.slave->active = true;
    BOOST_TEST(why() == "");
    lacp(1, 79, 0);                            // the one that the kernel uses where nobody speaks
    BOOST_TEST(why() == "");
}

BOOST_AUTO_TEST_CASE(what_a_monitor_has_given_up_is_idle_whatever_its_carrier) {
    port.slave->mii = MiiStatus::down;
    BOOST_TEST(why() == "is given up by the kernel's link monitor");
    in.bond->options[BondOption::arp_interval] = std::uint64_t{200};
    BOOST_TEST(why() == "is given up by the ARP monitor: no answer comes by it");
    port.slave->mii = MiiStatus::back;
    BOOST_TEST(why() == "waits until its updelay is over");
}

BOOST_AUTO_TEST_SUITE_END()
