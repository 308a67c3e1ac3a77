// What the messages of addresses and routes tell.
#include "had/sys/link_codec.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/netlink_message.hpp"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

using namespace had;
using namespace had::core;
using namespace had::sys;
using test::Bytes;
using test::events_of;

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

BOOST_AUTO_TEST_SUITE(address_decode)

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
