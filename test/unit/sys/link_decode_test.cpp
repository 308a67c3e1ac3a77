#include "had/sys/link_codec.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/netlink_message.hpp"
#include "test/unit/sys/support.hpp"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

using namespace had;
using namespace had::core;
using namespace had::sys;
using test::Bytes;

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

std::vector<Event> events_of(Bytes& bytes) {
    std::vector<Event> events;
    decode(bytes.message(), [&](Event event) { events.push_back(std::move(event)); });
    return events;
}

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

BOOST_AUTO_TEST_CASE(an_ipv4_address_is_the_local_one_not_the_peers) {
    ifaddrmsg header{AF_INET, 24, 0, RT_SCOPE_UNIVERSE, 4};
    Bytes bytes(RTM_NEWADDR, header);
    bytes.put(IFA_ADDRESS, htonl(0x0a0001fe)).put(IFA_LOCAL, htonl(0x0a000101));
    bytes.put(IFA_BROADCAST, htonl(0x0a0001ff)).put(IFA_FLAGS, std::uint32_t{IFA_F_PERMANENT});
    Address expected{4, *ip_prefix_from("10.0.1.1/24"), ip_address_from("10.0.1.255"), true, false};
    expected.peer = ip_address_from("10.0.1.254");
    BOOST_CHECK(decode_address(bytes.message()) == expected);
}

BOOST_AUTO_TEST_CASE(an_address_tells_its_flags_its_times_and_the_metric_of_its_route) {
    const auto decoded = [](bool v4, std::uint32_t flags, std::uint32_t preferred, std::uint8_t scope = 0) {
        const IpAddress text = *ip_address_from(v4 ? "10.0.1.1" : "fd00::1");
        const std::uint8_t family = v4 ? AF_INET : AF_INET6;
        Bytes bytes(RTM_NEWADDR, ifaddrmsg{family, 24, static_cast<std::uint8_t>(flags), scope, 4});
        if (v4) bytes.put(IFA_LOCAL, htonl(0x0a000101)).put(IFA_ADDRESS, htonl(0x0a000101));
        else bytes.put(IFA_ADDRESS, text.bytes);
        bytes.put(IFA_FLAGS, flags).put(IFA_CACHEINFO, ifa_cacheinfo{preferred, 0xffffffff, 0, 0});
        bytes.put(IFA_RT_PRIORITY, std::uint32_t{7});
        return decode_address(bytes.message()).value();
    };
    const Address usual = decoded(true, IFA_F_PERMANENT, 0xffffffff);
    BOOST_TEST((usual.permanent && usual.preferred && !usual.no_route && !usual.secondary && !usual.peer));
    BOOST_TEST(usual.metric == 7u);
    BOOST_TEST(!decoded(true, IFA_F_PERMANENT, 60).preferred);
    BOOST_TEST(!decoded(true, IFA_F_PERMANENT | IFA_F_DEPRECATED, 0xffffffff).preferred);
    BOOST_TEST(!decoded(true, 0, 0xffffffff).permanent);
    BOOST_TEST(decoded(true, IFA_F_SECONDARY, 0xffffffff).secondary);
    BOOST_TEST(!decoded(false, IFA_F_TEMPORARY, 0xffffffff).secondary);   // the same bit
    BOOST_TEST(decoded(true, IFA_F_NOPREFIXROUTE, 0xffffffff).no_route);
    BOOST_TEST(decoded(true, 0, 0xffffffff, RT_SCOPE_LINK).scope == RT_SCOPE_LINK);
    const Address taken = decoded(false, IFA_F_TENTATIVE | IFA_F_DADFAILED, 0xffffffff);
    BOOST_TEST((taken.tentative && taken.duplicate && !taken.odd));
    BOOST_TEST(decoded(false, IFA_F_MANAGETEMPADDR, 0xffffffff).odd);
    BOOST_TEST(decoded(false, IFA_F_HOMEADDRESS, 0xffffffff).odd);
}

BOOST_AUTO_TEST_CASE(the_kernels_route_of_a_network_is_known_among_its_others) {
    const auto decoded = [](std::uint8_t protocol, std::uint8_t type, bool gateway, std::uint32_t link = 4) {
        Bytes bytes(RTM_NEWROUTE, rtmsg{AF_INET, 24, 0, 0, RT_TABLE_MAIN, protocol, RT_SCOPE_LINK, type, 0});
        bytes.put(RTA_DST, htonl(0x0a000100)).put(RTA_OIF, link);
        if (gateway) bytes.put(RTA_GATEWAY, htonl(0x0a0001fe));
        return decode_connected(bytes.message());
    };
    BOOST_TEST((decoded(RTPROT_KERNEL, RTN_UNICAST, false) ==
                Connected{4, *ip_prefix_from("10.0.1.0/24"), 0, RT_TABLE_MAIN}));
    BOOST_TEST(!decoded(RTPROT_KERNEL, RTN_LOCAL, false).has_value());
    BOOST_TEST(!decoded(RTPROT_KERNEL, RTN_BROADCAST, false).has_value());
    BOOST_TEST(!decoded(RTPROT_KERNEL, RTN_UNICAST, true).has_value());
    BOOST_TEST(!decoded(RTPROT_KERNEL, RTN_UNICAST, false, 0).has_value());
    BOOST_TEST(!decoded(RTPROT_STATIC, RTN_UNICAST, false).has_value());
    BOOST_TEST(!decoded(72, RTN_UNICAST, false).has_value());
    Bytes local(RTM_NEWROUTE, rtmsg{AF_INET6, 64, 0, 0, RT_TABLE_MAIN, RTPROT_KERNEL, 0, RTN_UNICAST, 0});
    local.put(RTA_DST, ip_address_from("fe80::")->bytes).put(RTA_OIF, std::uint32_t{4});
    BOOST_TEST(!decode_connected(local.message()).has_value());
}

BOOST_AUTO_TEST_CASE(an_ipv6_address_tells_its_scope_and_who_gave_it) {
    const auto address = [](std::uint8_t flags, std::uint8_t scope, const char* text) {
        Bytes bytes(RTM_NEWADDR, ifaddrmsg{AF_INET6, 64, flags, scope, 4});
        bytes.put(IFA_ADDRESS, ip_address_from(text)->bytes);
        return decode_address(bytes.message());
    };
    const Address kernel{4, *ip_prefix_from("fe80::1/64"), {}, true, true};
    const Address slaac{4, *ip_prefix_from("fd00::2/64"), {}, false, false};
    BOOST_CHECK(address(IFA_F_PERMANENT, RT_SCOPE_LINK, "fe80::1") == kernel);
    BOOST_CHECK(address(0, RT_SCOPE_UNIVERSE, "fd00::2") == slaac);
    BOOST_TEST(address(IFA_F_TENTATIVE, RT_SCOPE_UNIVERSE, "fd00::2")->tentative);
}

namespace {

Bytes route_of_protocol(std::uint8_t protocol, unsigned flags = 0) {
    const rtmsg header{AF_INET, 16, 0, 0, 252, protocol, RT_SCOPE_UNIVERSE, RTN_UNICAST, flags};
    return Bytes(RTM_NEWROUTE, header)
        .put(RTA_TABLE, std::uint32_t{1000})
        .put(RTA_DST, htonl(0x0a020000))
        .put(RTA_GATEWAY, htonl(0x0a0001fe))
        .put(RTA_OIF, std::uint32_t{4});
}

} // namespace

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

BOOST_AUTO_TEST_CASE(a_route_of_hads_is_seen_with_the_table_that_its_header_has_no_room_for) {
    auto bytes = route_of_protocol(72);
    const auto events = events_of(bytes);
    BOOST_REQUIRE(events.size() == 1);
    const auto& seen = std::get<RouteSeen>(events[0]);
    BOOST_TEST(seen.link == 4);
    BOOST_TEST(to_string(seen.route) == "10.2.0.0/16 via 10.0.1.254 table 1000");
    bytes.message().nlmsg_type = RTM_DELROUTE;
    BOOST_CHECK(std::get<RouteGone>(events_of(bytes).at(0)).route == seen.route);
}

BOOST_AUTO_TEST_CASE(the_route_of_another_and_what_a_path_mtu_made_of_one_are_no_news) {
    auto foreign = route_of_protocol(RTPROT_STATIC);
    BOOST_TEST(events_of(foreign).empty());
    auto cached = route_of_protocol(72, RTM_F_CLONED);
    BOOST_TEST(events_of(cached).empty());
    const rtmsg header{AF_INET, 0, 0, 0, 254, 72, RT_SCOPE_UNIVERSE, RTN_UNICAST, 0};
    Bytes several(RTM_NEWROUTE, header);
    several.put(RTA_MULTIPATH, std::uint64_t{0});
    BOOST_TEST(events_of(several).empty());
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

BOOST_AUTO_TEST_CASE(a_prefix_that_is_longer_than_its_address_is_no_news) {
    ifaddrmsg header{};
    header.ifa_family = AF_INET;
    header.ifa_index = 4;
    header.ifa_prefixlen = 33;
    Bytes address(RTM_NEWADDR, header);
    address.put(IFA_LOCAL, htonl(0x0a000101));
    BOOST_TEST(events_of(address).empty());
    rtmsg way{};
    way.rtm_family = AF_INET;
    way.rtm_dst_len = 200;
    way.rtm_table = RT_TABLE_MAIN;
    way.rtm_protocol = route_protocol;
    way.rtm_type = RTN_UNICAST;
    Bytes route(RTM_NEWROUTE, way);
    route.put(RTA_DST, htonl(0x0a000000)).put(RTA_OIF, std::uint32_t{4}).put(RTA_GATEWAY, htonl(0x0a0001fe));
    BOOST_TEST(events_of(route).empty());
}

BOOST_AUTO_TEST_SUITE_END()
