#include "had/core/monitor/probe_mac.hpp"

#include "had/core/plan/plan.hpp"
#include "test/boost_test.hpp"

#include <set>

using namespace had::core;

BOOST_AUTO_TEST_SUITE(probe_mac)

BOOST_AUTO_TEST_CASE(a_probe_address_is_local_and_of_one_machine_one_bond_and_one_place) {
    const Mac mac = had::core::probe_mac("machine", "bond0", {"2", 1, 0});
    BOOST_TEST((mac.bytes[0] & 0x03) == 0x02);
    std::set<Mac> all{mac, stable_mac("machine", "bond0")};
    for (const Mac& other : {had::core::probe_mac("another", "bond0", {"2", 1, 0}),
                             had::core::probe_mac("machine", "bond1", {"2", 1, 0}),
                             had::core::probe_mac("machine", "bond0", {"2", 0, 0}),
                             had::core::probe_mac("machine", "bond0", {"2", 1, 1}),
                             had::core::probe_mac("machine", "bond0", {"2", 1, 0}, 1),
                             had::core::probe_mac("machine", "bond0", {"2", 1, 0}, 7),
                             had::core::probe_mac("machine", "bond0", {"3", 1, 0})}) {
        BOOST_TEST((other.bytes[0] & 0x03) == 0x02);
        BOOST_TEST(all.insert(other).second, to_string(other));
    }
    // For good: a switch that counts or filters addresses knows them.
    BOOST_TEST(to_string(had::core::probe_mac("0123456789abcdef", "bond0", {"2", 1, 0})) == "52:4b:8f:0d:15:d2");
}

BOOST_AUTO_TEST_CASE(no_two_ports_of_many_full_chassis_ask_as_one) {
    std::set<Mac> all;
    std::size_t ports = 0;
    for (const char* machine : {"4c4c4544005631108056b4c04f4d3132", "4c4c4544005631108056b4c04f4d3133", "machine"})
        for (const char* bond : {"bond0", "bond1", "bond2", "bond3"})
            for (int slot = 1; slot <= 21; ++slot)
                for (unsigned subdevice = 0; subdevice < 8; ++subdevice, ++ports)
                    all.insert(had::core::probe_mac(machine, bond, {std::to_string(slot), subdevice, 0}));
    BOOST_TEST(all.size() == ports);
}

BOOST_AUTO_TEST_CASE(a_group_is_of_one_machine_one_bond_and_one_monitor) {
    BOOST_TEST(peer_group("machine", "bond0", "mates") == peer_group("machine", "bond0", "mates"));
    BOOST_TEST(peer_group("machine", "bond0", "mates") != peer_group("machine", "bond1", "mates"));
    BOOST_TEST(peer_group("machine", "bond0", "mates") != peer_group("another", "bond0", "mates"));
    BOOST_TEST(peer_group("machine", "bond0", "mates") != peer_group("machine", "bond0", "long"));
    BOOST_TEST(peer_group("0123456789abcdef", "bond0", "mates") == 0x2a992a91105be3c4);
}

BOOST_AUTO_TEST_CASE(the_link_local_address_is_the_eui_64_of_the_mac) {
    BOOST_TEST(to_string(link_local_of(Mac{{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}})) == "fe80::5054:ff:fe12:3456");
    BOOST_TEST(to_string(link_local_of(Mac{{0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde}})) == "fe80::3656:78ff:fe9a:bcde");
}

BOOST_AUTO_TEST_SUITE_END()
