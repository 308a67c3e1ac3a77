// What the messages of links tell.
#include "had/sys/link_codec.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/netlink_message.hpp"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>

using namespace had;
using namespace had::core;
using namespace had::sys;
using test::Bytes;
using test::events_of;

namespace {

ifinfomsg link_header(int index, unsigned flags = 0, std::uint8_t family = AF_UNSPEC) {
    ifinfomsg header{};
    header.ifi_family = family;
    header.ifi_index = index;
    header.ifi_flags = flags | IFF_MULTICAST;
    return header;
}

const Mac card{{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}};
const Mac local{{0x02, 0x00, 0x00, 0x00, 0x00, 0x01}};

// What a real kernel sent when eth0 of bond7 was taken down.
constexpr std::string_view real_failover =
#include "test/unit/sys/data/bond_failover.inc"
    ;
constexpr std::string_view real_slave =
#include "test/unit/sys/data/bond_slave.inc"
    ;

void bond_data(Bytes& data) {
    data.put(1, std::uint8_t{1}).put(2, std::uint32_t{7}).put(3, std::uint32_t{100});
    data.nest(8,
              [](Bytes& targets) { targets.put(0, htonl(0x0a000101)).put(1, htonl(0x0a0001fe)); });
    data.put(24, std::uint16_t{65535}).put(26, local).put(28, std::uint32_t{0});
    data.nest(31, [](Bytes& targets) {
        const auto address = *ip_address_from("fd00::1");
        targets.put(0, address.bytes);
    });
    data.put(34, std::uint8_t{1}).put(40, std::uint32_t{9}); // newer than this program: skipped
}

Bytes bond(std::uint32_t event) {
    Bytes bytes(RTM_NEWLINK, link_header(4, IFF_UP | IFF_MASTER));
    bytes.text(IFLA_IFNAME, "bond0").put(IFLA_EVENT, event).put(IFLA_CARRIER, std::uint8_t{1});
    bytes.nest(IFLA_LINKINFO, [](Bytes& info) {
        info.text(IFLA_INFO_KIND, "bond").nest(IFLA_INFO_DATA, bond_data);
    });
    return bytes;
}

Bytes slave() {
    Bytes bytes(RTM_NEWLINK, link_header(7, IFF_UP | IFF_SLAVE));
    bytes.text(IFLA_IFNAME, "eth3").put(IFLA_MTU, std::uint32_t{1500}).put(IFLA_ADDRESS, local);
    bytes.put(IFLA_PERM_ADDRESS, card).put(IFLA_MASTER, std::uint32_t{4});
    bytes.put(IFLA_CARRIER, std::uint8_t{1}).put(IFLA_CARRIER_CHANGES, std::uint32_t{3});
    bytes.text(56, "0000:01:04.0").text(57, "pci"); // IFLA_PARENT_DEV_NAME, _BUS_NAME
    bytes.nest(IFLA_LINKINFO, [](Bytes& info) {
        info.text(IFLA_INFO_SLAVE_KIND, "bond").nest(IFLA_INFO_SLAVE_DATA, [](Bytes& data) {
            data.put(1, std::uint8_t{0})
                .put(2, std::uint8_t{3})
                .put(3, std::uint32_t{2})
                .put(4, card);
            data.put(5, std::uint16_t{1}).put(9, std::int32_t{-5}).put(10, std::uint16_t{200});
        });
    });
    return bytes;
}

} // namespace

BOOST_AUTO_TEST_SUITE(link_decode)

BOOST_AUTO_TEST_CASE(a_slave_is_one_whole_value) {
    auto bytes = slave();
    Link expected;
    expected.index = 7;
    expected.name = "eth3";
    expected.master = 4;
    expected.up = expected.carrier = true;
    expected.mtu = 1500;
    expected.address = local;
    expected.permanent = card;
    expected.parent_bus = "pci";
    expected.parent_device = "0000:01:04.0";
    expected.carrier_changes = 3;
    expected.slave = SlaveInfo{true, MiiStatus::back, 2, card, 1, -5, 200, {}};
    BOOST_CHECK(decode_link(bytes.message()) == expected);
}

BOOST_AUTO_TEST_CASE(without_arp_or_multicast_its_flags_are_odd) {
    for (const auto& [flags, odd] : {std::pair<unsigned, bool>{IFF_UP | IFF_MULTICAST, false},
                                     {IFF_UP, true},
                                     {IFF_MULTICAST | IFF_NOARP, true}}) {
        ifinfomsg header = link_header(7);
        header.ifi_flags = flags;
        Bytes bytes(RTM_NEWLINK, header);
        bytes.put(IFLA_IFNAME, "eth3");
        const auto link = decode_link(bytes.message());
        BOOST_TEST((link && link->odd_flags == odd), "flags " << flags);
    }
}

BOOST_AUTO_TEST_CASE(a_bond_tells_every_option_the_kernel_has) {
    auto bytes = bond(0);
    const auto link = decode_link(bytes.message());
    BOOST_REQUIRE(link && link->bond);
    const BondOptions expected{
        {BondOption::mode, std::uint64_t{1}},
        {BondOption::active_slave, std::uint64_t{7}},
        {BondOption::miimon, std::uint64_t{100}},
        {BondOption::arp_ip_target,
         std::vector{*ip_address_from("10.0.1.1"), *ip_address_from("10.0.1.254")}},
        {BondOption::primary, std::uint64_t{0}}, // none: the kernel leaves it out
        {BondOption::ad_actor_sys_prio, std::uint64_t{65535}},
        {BondOption::ad_actor_system, local},
        {BondOption::peer_notif_delay, std::uint64_t{0}},
        {BondOption::ns_ip6_target, std::vector{*ip_address_from("fd00::1")}},
        {BondOption::lacp_strict, std::uint64_t{1}}};
    BOOST_CHECK(link->bond->options == expected);
}

BOOST_AUTO_TEST_CASE(that_peers_were_told_follows_the_bonds_new_value) {
    auto bytes = bond(IFLA_EVENT_NOTIFY_PEERS);
    const auto events = events_of(bytes);
    BOOST_REQUIRE(events.size() == 2);
    BOOST_TEST(std::get<LinkSeen>(events[0]).link.name == "bond0");
    BOOST_TEST(std::get<PeersTold>(events[1]).bond == 4);
    auto other = bond(IFLA_EVENT_BONDING_FAILOVER);
    BOOST_TEST(events_of(other).size() == 1);
}

BOOST_AUTO_TEST_CASE(a_real_failover_is_a_bond_and_its_new_active_port) {
    Bytes bytes(real_failover);
    const auto events = events_of(bytes);
    BOOST_REQUIRE(events.size() == 1);
    Link expected;
    expected.index = std::get<LinkSeen>(events[0]).link.index;
    expected.name = "bond7";
    expected.kind = "bond";
    expected.up = expected.carrier = true;
    expected.mtu = 1500;
    expected.least_mtu = 68;
    expected.most_mtu = 65535;
    expected.queue = 1000;
    expected.address = *mac_from("52:54:00:12:34:56");
    expected.carrier_changes = 2;
    expected.bond = std::get<LinkSeen>(events[0]).link.bond;
    BOOST_CHECK(std::get<LinkSeen>(events[0]).link == expected);

    const auto& options = expected.bond->options;
    BOOST_CHECK(options.at(BondOption::mode) == BondValue(std::uint64_t{1}));
    BOOST_CHECK(options.at(BondOption::miimon) == BondValue(std::uint64_t{50}));
    BOOST_CHECK(options.at(BondOption::active_slave) == BondValue(std::uint64_t{3}));
    BOOST_CHECK(options.at(BondOption::primary) == BondValue(std::uint64_t{0}));
    BOOST_CHECK(options.at(BondOption::lacp_active) == BondValue(std::uint64_t{1}));
    BOOST_CHECK(options.at(BondOption::arp_missed_max) == BondValue(std::uint64_t{2}));
    // Newer than that kernel, and told in 802.3ad only.
    BOOST_TEST(!options.contains(BondOption::broadcast_neighbor));
    BOOST_TEST(!options.contains(BondOption::ad_actor_system));
}

BOOST_AUTO_TEST_CASE(a_real_slave_is_one_whole_value) {
    Bytes bytes(real_slave);
    const auto card_1 = *mac_from("52:54:00:12:34:57");
    Link expected;
    expected.index = 3;
    expected.name = "eth1";
    expected.master = 4;
    expected.up = expected.carrier = true;
    expected.mtu = 1500;
    expected.least_mtu = 46;
    expected.most_mtu = 16110;
    expected.queue = 1000;
    expected.address = *mac_from("52:54:00:12:34:56");
    expected.permanent = card_1;
    expected.parent_bus = "pci";
    expected.parent_device = "0000:00:06.0";
    expected.carrier_changes = 2;
    expected.slave = SlaveInfo{true, MiiStatus::up, 0, card_1, 0, 0, {}, {}};
    BOOST_CHECK(decode_link(bytes.message()) == expected);
}

BOOST_AUTO_TEST_CASE(a_link_has_alternative_names_and_limits) {
    Bytes bytes(RTM_NEWLINK, link_header(7));
    bytes.text(IFLA_IFNAME, "enp4s0").put(IFLA_MIN_MTU, std::uint32_t{68}).put(IFLA_MAX_MTU, std::uint32_t{9216});
    bytes.nest(IFLA_PROP_LIST, [](Bytes& list) {
        list.text(IFLA_ALT_IFNAME, "lan-a").text(IFLA_ALT_IFNAME, "a-name-that-is-too-long-for-an-interface");
    });
    const auto link = decode_link(bytes.message());
    BOOST_REQUIRE(link);
    const std::vector<std::string> expected{"lan-a", "a-name-that-is-too-long-for-an-interface"};
    BOOST_TEST(link->alternatives == expected);
    BOOST_TEST(link->least_mtu == 68u);
    BOOST_TEST(link->most_mtu == 9216u);
}

BOOST_AUTO_TEST_CASE(what_a_link_stands_on_counts_only_in_the_same_namespace) {
    Bytes here(RTM_NEWLINK, link_header(9)), there(RTM_NEWLINK, link_header(9));
    here.put(IFLA_LINK, std::uint32_t{4});
    there.put(IFLA_LINK, std::uint32_t{4}).put(IFLA_LINK_NETNSID, std::int32_t{0});
    BOOST_TEST(decode_link(here.message())->lower == 4);
    BOOST_TEST(decode_link(there.message())->lower == 0);
}

BOOST_AUTO_TEST_CASE(a_slave_and_its_bond_tell_what_lacp_made_of_them) {
    Bytes port(RTM_NEWLINK, link_header(7)), bond(RTM_NEWLINK, link_header(4));
    port.nest(IFLA_LINKINFO, [](Bytes& info) {
        info.text(IFLA_INFO_SLAVE_KIND, "bond").nest(IFLA_INFO_SLAVE_DATA, [](Bytes& data) {
            data.put(IFLA_BOND_SLAVE_STATE, std::uint8_t{1}).put(IFLA_BOND_SLAVE_AD_AGGREGATOR_ID, std::uint16_t{2});
            data.put(IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE, std::uint8_t{71});
            data.put(IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE, std::uint16_t{0});
        });
    });
    bond.nest(IFLA_LINKINFO, [](Bytes& info) {
        info.text(IFLA_INFO_KIND, "bond").nest(IFLA_INFO_DATA, [](Bytes& data) {
            data.nest(IFLA_BOND_AD_INFO, [](Bytes& ad) {
                ad.put(IFLA_BOND_AD_INFO_AGGREGATOR, std::uint16_t{1})
                    .put(IFLA_BOND_AD_INFO_NUM_PORTS, std::uint16_t{2});
                ad.put(IFLA_BOND_AD_INFO_PARTNER_MAC, card);
            });
        });
    });
    BOOST_CHECK(decode_link(port.message())->slave->lacp == (LacpPort{2, 71, 0}));
    BOOST_CHECK(decode_link(bond.message())->bond->lacp == (LacpBond{1, 2, card}));
    auto other = slave();
    BOOST_CHECK(!decode_link(other.message())->slave->lacp);
}

BOOST_AUTO_TEST_CASE(a_link_that_moves_to_another_namespace_says_so) {
    Bytes moved(RTM_DELLINK, link_header(7)), gone(RTM_DELLINK, link_header(7));
    moved.put(IFLA_NEW_NETNSID, std::int32_t{0}).put(IFLA_NEW_IFINDEX, std::int32_t{7});
    BOOST_TEST(std::get<LinkGone>(events_of(moved).at(0)).moved);
    BOOST_TEST(!std::get<LinkGone>(events_of(gone).at(0)).moved);
}

BOOST_AUTO_TEST_CASE(a_port_that_leaves_a_bridge_is_not_gone) {
    Bytes bridge(RTM_DELLINK, link_header(7, 0, AF_BRIDGE));
    BOOST_TEST(events_of(bridge).empty());
    Bytes gone(RTM_DELLINK, link_header(7));
    const auto events = events_of(gone);
    BOOST_REQUIRE(events.size() == 1);
    BOOST_TEST(std::get<LinkGone>(events[0]).index == 7);
}

BOOST_AUTO_TEST_CASE(messages_cut_anywhere_are_read_as_far_as_they_go) {
    auto whole = slave();
    const auto size = whole.message().nlmsg_len;
    const std::size_t header_end = NLMSG_LENGTH(sizeof(ifinfomsg));
    for (std::size_t length = NLMSG_HDRLEN; length < size; ++length) {
        auto cut = slave();
        cut.cut(length);
        const auto link = decode_link(cut.message());
        BOOST_TEST(link.has_value() == (length >= header_end));
    }
}

BOOST_AUTO_TEST_CASE(a_vlan_tells_its_number_and_what_carries_it) {
    const auto vlan = [](std::uint16_t protocol) {
        Bytes bytes(RTM_NEWLINK, link_header(9, IFF_UP));
        bytes.text(IFLA_IFNAME, "vlan5").put(IFLA_LINK, std::uint32_t{4});
        bytes.nest(IFLA_LINKINFO, [&](Bytes& info) {
            info.text(IFLA_INFO_KIND, "vlan").nest(IFLA_INFO_DATA, [&](Bytes& data) {
                data.put(IFLA_VLAN_ID, std::uint16_t{5});
                data.put(IFLA_VLAN_PROTOCOL, htons(protocol));
            });
        });
        return *decode_link(bytes.message());
    };
    BOOST_TEST(vlan(0x8100).kind == "vlan");
    BOOST_TEST(vlan(0x8100).lower == 4);
    BOOST_TEST((vlan(0x8100).vlan_id == 5));
    BOOST_TEST(!vlan(0x88a8).vlan_id); // another kind of tag: no VLAN that had.conf could mean
}

BOOST_AUTO_TEST_CASE(settings_of_one_interface_are_the_words_that_had_conf_has_for_them) {
    const auto told = [](std::uint8_t family, std::int32_t index) {
        Bytes bytes(RTM_NEWNETCONF, netconfmsg{family});
        bytes.put(NETCONFA_IFINDEX, index).put(NETCONFA_FORWARDING, std::int32_t{1});
        bytes.put(NETCONFA_RP_FILTER, std::int32_t{2}).put(NETCONFA_PROXY_NEIGH, std::int32_t{0});
        bytes.put(NETCONFA_MC_FORWARDING, std::int32_t{1}).put(NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, std::int32_t{1});
        return events_of(bytes);
    };
    const auto v4 = std::get<TunablesSeen>(told(AF_INET, 7).at(0));
    BOOST_TEST(v4.link == 7);
    BOOST_CHECK((v4.values == Tunables{{"net.ipv4.conf.forwarding", "1"},
                                       {"net.ipv4.conf.rp_filter", "2"},
                                       {"net.ipv4.conf.proxy_arp", "0"},
                                       {"net.ipv4.conf.ignore_routes_with_linkdown", "1"}}));
    BOOST_CHECK((std::get<TunablesSeen>(told(AF_INET6, 7).at(0)).values ==
                 Tunables{{"net.ipv6.conf.forwarding", "1"},
                          {"net.ipv6.conf.proxy_ndp", "0"},
                          {"net.ipv6.conf.ignore_routes_with_linkdown", "1"}}));
    for (const int index : {0, NETCONFA_IFINDEX_ALL}) BOOST_TEST(told(AF_INET, index).empty());
    BOOST_TEST(std::get<TunablesSeen>(told(AF_INET, NETCONFA_IFINDEX_DEFAULT).at(0)).link == 0);
    BOOST_TEST(told(AF_UNIX, 7).empty());
    Bytes short_value(RTM_NEWNETCONF, netconfmsg{AF_INET});
    short_value.put(NETCONFA_IFINDEX, std::int32_t{7}).put(NETCONFA_RP_FILTER, std::uint8_t{1});
    BOOST_TEST(events_of(short_value).empty());
}

BOOST_AUTO_TEST_CASE(what_is_of_no_interface_is_no_news) {
    for (const int index : {0, -7}) {
        Bytes link(RTM_NEWLINK, link_header(index));
        link.text(IFLA_IFNAME, "eth0");
        BOOST_TEST(events_of(link).empty());
        ifaddrmsg header{};
        header.ifa_family = AF_INET;
        header.ifa_index = static_cast<unsigned>(index);
        Bytes address(RTM_NEWADDR, header);
        address.put(IFA_LOCAL, htonl(0x0a000101));
        BOOST_TEST(events_of(address).empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()
