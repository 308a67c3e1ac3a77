#include "had/core/plan/plan.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

struct InTheWay : World {
    Link port = nic(2, "eth0");

    InTheWay() : World("[bond bond0]\nmode = active-backup\nmiimon = 100\n[vlan v5]\non = bond0\nid = 5\n") {
        hear(LinkSeen{port});
        hear(LinkSeen{bond(9, "bond0")});
    }
    Link make(Ifindex index, std::string name, std::string kind, Ifindex lower = 0) {
        Link link = nic(index, std::move(name));
        link.kind = std::move(kind);
        link.lower = lower;
        hear(LinkSeen{link});
        return link;
    }
    std::string stands(bool plain = false) { return what_stands_on(situation(), port, plain); }
    void into(Ifindex master) {
        port.master = master;
        hear(LinkSeen{port});
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(in_the_way, InTheWay)

BOOST_AUTO_TEST_CASE(whoever_stands_on_a_port_is_named) {
    BOOST_TEST(stands() == "");
    for (const std::string kind : {"macvlan", "ipvlan", "macvtap", "vlan", "macsec", "gre"}) {
        make(30, "vm0", kind, 2);
        BOOST_TEST(stands() == "vm0 (" + kind + ") stands on eth0: it would be cut; delete it, or put it on the bond");
        BOOST_TEST(stands(true) == "");        // a plain port carries it as before
        hear(LinkGone{30});
    }
    BOOST_TEST(stands() == "");
}

BOOST_AUTO_TEST_CASE(a_vlan_of_the_daemons_own_is_not_in_its_way) {
    make(30, "v5", "vlan", 2);
    BOOST_TEST(stands() == "");
    hear(LinkGone{30});
    make(31, "v6", "vlan", 2);
    BOOST_TEST(stands() != "");
    owned.vlans.insert("v6");                  // named no more, and about to go
    BOOST_TEST(stands() == "");
}

BOOST_AUTO_TEST_CASE(a_port_of_something_else_is_left_there) {
    make(40, "br0", "bridge");
    into(40);
    const std::string in = "eth0 is a port of br0 (bridge): take it out of there (`ip link set eth0 nomaster`)";
    BOOST_TEST(stands() == in);
    BOOST_TEST(stands(true) == in);
    make(40, "vrf0", "vrf");
    BOOST_TEST(stands() != "");
    BOOST_TEST(stands(true) == "");            // it serves in there
    into(9);
    BOOST_TEST(stands() == "");                // from bond to bond it is moved
}

BOOST_AUTO_TEST_CASE(the_ends_of_a_cable_do_not_stand_on_each_other) {
    port.kind = "veth";
    port.lower = 50;
    hear(LinkSeen{port});
    make(50, "far", "veth", 2);
    BOOST_TEST(stands() == "");
}

BOOST_AUTO_TEST_CASE(who_has_a_name_is_told_by_its_own_name) {
    BOOST_TEST(who_has_name(observed, "bond0", bond_driver) == "");
    BOOST_TEST(who_has_name(observed, "bond1", bond_driver) == "");
    BOOST_TEST(who_has_name(observed, "bond0", vlan_driver) ==
               "an interface named bond0 exists and is no VLAN, but of kind bond: rename or delete it");
    Link other = nic(30, "dm0");
    other.alternatives = {"lan", "bond1"};
    hear(LinkSeen{other});
    BOOST_TEST(who_has_name(observed, "bond1", bond_driver) ==
               "bond1 is an alternative name of dm0: take it away from there (`ip link property del dev dm0 altname "
               "bond1`), or give the bond another");
    other.alternatives.pop_back();
    hear(LinkSeen{other});
    BOOST_TEST(who_has_name(observed, "bond1", bond_driver) == "");
}

BOOST_AUTO_TEST_CASE(the_port_that_cannot_have_an_mtu_is_named) {
    const auto who = [&](Ifindex index, std::uint32_t mtu) {
        return who_cannot_have_mtu(situation(), *observed.link(index), mtu);
    };
    port.least_mtu = 68;
    port.most_mtu = 1500;
    into(9);
    BOOST_TEST(who(9, 1500) == "");
    BOOST_TEST(who(9, 9000) == "eth0 can have an mtu of 68 to 1500");
    BOOST_TEST(who(9, 60) == "eth0 can have an mtu of 68 to 1500");
    BOOST_TEST(who(2, 9000) == "eth0 can have an mtu of 68 to 1500");
    port.most_mtu = 0;                         // a driver that tells none
    hear(LinkSeen{port});
    BOOST_TEST(who(9, 9000) == "");
}

BOOST_AUTO_TEST_SUITE_END()
