// What the daemon passes over, and what it must not.  That nothing follows from what it does is a law of the scenarios.
#include "had/core/policy/concern.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

struct Beside : World {
    Beside() : World("[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = fd00:1::1/64\n[config member]\n"
                     "bond = bond0\n[devices]\n2.0 = member\n2.1 = member\n[vlan v5]\non = br7\nid = 5\n") {
        insert_card(*this);
        hear(LinkSeen{bond(9, "bond0")});
    }
    static Link link(Ifindex index, std::string name, std::string kind = "veth") {
        Link link = nic(index, std::move(name));
        link.kind = std::move(kind);
        return link;
    }
    bool is_heard(const Event& event) { return concerns(situation(), event); }
    bool is_heard(const Link& link) { return is_heard(LinkSeen{link}); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(concern, Beside)

BOOST_AUTO_TEST_CASE(the_cable_of_a_container_concerns_nobody_when_it_comes_works_and_goes) {
    Link cable = link(50, "veth0");
    cable.lower = 51;
    cable.master = 60;
    hear(LinkSeen{link(60, "br0", "bridge")});
    BOOST_TEST(!is_heard(cable));
    hear(LinkSeen{cable});
    cable.up = cable.carrier = true;
    BOOST_TEST(!is_heard(cable));
    Address own = address(50, "fe80::1/64");
    own.link_scope = true;
    BOOST_TEST(!is_heard(AddressSeen{own}));
    BOOST_TEST(!is_heard(LinkGone{50}));
    BOOST_TEST(is_heard(LinkGone{99}));        // of which nothing is known
}

BOOST_AUTO_TEST_CASE(what_is_named_or_stands_on_a_port_concerns_it) {
    BOOST_TEST(is_heard(link(50, "br7", "bridge")));
    Link other = link(50, "br8", "bridge");
    other.alternatives = {"br7"};
    BOOST_TEST(is_heard(other));
    hear(LinkSeen{other});
    BOOST_TEST(is_heard(link(50, "br8", "bridge")));         // the name is free again
    Link above = link(51, "vm0", "macvlan");
    above.lower = 2;
    BOOST_TEST(is_heard(above));
    owned.named_mtus["old0"] = 1500;
    BOOST_TEST(is_heard(link(52, "old0", "dummy")));
}

BOOST_AUTO_TEST_CASE(a_port_of_a_card_concerns_it_of_whatever_kind) {
    Link port = link(7, "ib0", "ipoib");
    port.parent_bus = "pci";
    BOOST_TEST(is_heard(port));
    port.parent_bus = "";                      // an older kernel does not tell, and udevd has told first
    BOOST_TEST(!is_heard(port));
    hear(NetDeviceSeen{{7, at("0000:00:02.0"), 1, true}});
    BOOST_TEST(is_heard(port));
    BOOST_TEST((hear(LinkSeen{port}) == Change::topology));
}

BOOST_AUTO_TEST_CASE(what_goes_with_an_interface_concerns_it) {
    const auto with = [this](Ifindex index, const std::string& name, const Event& event) {
        hear(LinkSeen{link(index, name)});
        BOOST_TEST(!is_heard(LinkGone{index}));
        hear(event);
        BOOST_TEST(is_heard(LinkGone{index}));
        BOOST_TEST(is_heard(link(index, name + "x")));
    };
    with(50, "veth0", AddressSeen{address(50, "10.9.0.1/24")});
    with(52, "veth2", ConnectedSeen{connected(52, "fd00:1::/64")});      // a router has told of it
    const Route another{{.destination = *ip_prefix_from("10.8.0.0/16")}, *ip_address_from("10.0.1.9")};
    with(54, "veth4", RouteSeen{another, 54});
    BOOST_TEST(!is_heard(link(53, "veth3")));
}

BOOST_AUTO_TEST_CASE(who_takes_the_name_of_one_that_concerned_it_ends_it) {
    hear(LinkSeen{link(50, "veth0")});
    hear(AddressSeen{address(50, "10.0.1.7/24")});
    BOOST_TEST(is_heard(link(60, "veth0")));
    BOOST_TEST(!is_heard(link(60, "veth1")));
}

BOOST_AUTO_TEST_CASE(what_becomes_of_another_kind_or_another_bonds_concerns_it) {
    hear(LinkSeen{link(50, "veth0")});
    BOOST_TEST(is_heard(link(50, "veth0", "bond")));
    Link in = link(50, "veth0");
    in.master = 9;
    BOOST_TEST(is_heard(in));
    hear(LinkSeen{in});
    BOOST_TEST(is_heard(link(50, "veth0")));   // it was ours until now
}

// As a modem's, which has a kind of its driver's (wwan).
BOOST_AUTO_TEST_CASE(the_interface_of_a_match_is_heard_whatever_its_kind) {
    Link modem = link(50, "wwan0", "wwan");
    BOOST_TEST(!is_heard(modem));
    devices["modem"] = {{"wwan0", "", "/sys/devices/wwan0", 7}};
    BOOST_TEST(is_heard(modem));
    hear(LinkSeen{modem});
    modem.carrier = false;
    BOOST_TEST(is_heard(modem));
}

BOOST_AUTO_TEST_SUITE_END()
