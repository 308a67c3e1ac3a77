#include "had/sys/link_codec.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/netlink_message.hpp"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include <cerrno>
#include <stdexcept>

using namespace had;
using namespace had::core;
using namespace had::sys;
using test::Bytes;

namespace {

const Mac local{{0x02, 0x00, 0x00, 0x00, 0x00, 0x01}};
const LinkRef bond0{4, "bond0"}, eth3{7, "eth3"};

ifinfomsg link_header(int index, unsigned flags = 0, unsigned change = 0) {
    ifinfomsg header{};
    header.ifi_index = index;
    header.ifi_flags = flags;
    header.ifi_change = change;
    return header;
}

std::string hex(const nlmsghdr& message) {
    std::string text;
    const auto* bytes = reinterpret_cast<const unsigned char*>(&message);
    for (std::size_t i = 0; i < message.nlmsg_len; ++i) {
        char digits[4];
        std::snprintf(digits, sizeof digits, i % 4 == 3 ? "%02x " : "%02x", bytes[i]);
        text += digits;
    }
    return text;
}

void check_same(const Request& request, Bytes expected, unsigned flags = 0) {
    expected.message().nlmsg_flags = static_cast<std::uint16_t>(flags);
    auto& built = *nlmsg_hdr(request.message.get());
    built.nlmsg_pid = 0;
    BOOST_TEST(hex(built) == hex(expected.message()));
}

} // namespace

BOOST_AUTO_TEST_SUITE(link_encode)

BOOST_AUTO_TEST_CASE(a_bond_is_created_with_all_its_options_in_one_message) {
    CreateBond op;
    op.name = "bond0";
    op.address = local;
    op.mtu = 9000;
    op.options = {{BondOption::miimon, std::uint64_t{100}},
                  {BondOption::mode, std::uint64_t{1}},
                  {BondOption::ad_actor_system, local},
                  {BondOption::arp_ip_target, std::vector{*ip_address_from("10.0.1.1")}}};
    const auto requests = encode(op);
    BOOST_REQUIRE(requests.size() == 1);
    Bytes expected(RTM_NEWLINK, link_header(0));
    expected.text(IFLA_IFNAME, "bond0").put(IFLA_MTU, std::uint32_t{9000}).put(IFLA_ADDRESS, local);
    expected.nest(IFLA_LINKINFO, [](Bytes& info) {
        info.text(IFLA_INFO_KIND, "bond").nest(IFLA_INFO_DATA, [](Bytes& data) {
            for (const auto& rule : bond_option_rules()) { // in the table's order
                if (rule.id == BondOption::mode) data.put(1, std::uint8_t{1});
                if (rule.id == BondOption::miimon) data.put(3, std::uint32_t{100});
                if (rule.id == BondOption::ad_actor_system) data.put(26, local);
                if (rule.id == BondOption::arp_ip_target)
                    data.nest(8, [](Bytes& targets) { targets.put(0, htonl(0x0a000101)); });
            }
        });
    });
    check_same(requests[0], expected, NLM_F_CREATE | NLM_F_EXCL);
}

BOOST_AUTO_TEST_CASE(a_vlan_is_created_on_what_carries_it) {
    const auto requests = encode(CreateVlan{"vlan5", bond0, 5, 1400});
    BOOST_REQUIRE(requests.size() == 1);
    Bytes expected(RTM_NEWLINK, link_header(0));
    expected.text(IFLA_IFNAME, "vlan5").put(IFLA_LINK, std::uint32_t{4});
    expected.put(IFLA_MTU, std::uint32_t{1400});
    expected.nest(IFLA_LINKINFO, [](Bytes& info) {
        info.text(IFLA_INFO_KIND, "vlan").nest(IFLA_INFO_DATA, [](Bytes& data) {
            data.put(IFLA_VLAN_ID, std::uint16_t{5});
        });
    });
    check_same(requests[0], expected, NLM_F_CREATE | NLM_F_EXCL);
    BOOST_CHECK_THROW(encode(CreateVlan{"vlan5", {0, "bond1"}, 5, {}}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(options_are_changed_one_a_message_in_the_tables_order) {
    const auto requests = encode(SetBondOptions{
        bond0,
        {{BondOption::active_slave, std::uint64_t{7}}, {BondOption::miimon, std::uint64_t{50}}}});
    BOOST_REQUIRE(requests.size() == 2);
    BOOST_TEST(requests[0].what == "miimon");
    BOOST_TEST(requests[1].what == "active_slave");
    Bytes expected(RTM_NEWLINK, link_header(4));
    expected.nest(IFLA_LINKINFO, [](Bytes& info) {
        info.text(IFLA_INFO_KIND, "bond").nest(IFLA_INFO_DATA, [](Bytes& data) {
            data.put(2, std::uint32_t{7});
        });
    });
    check_same(requests[1], expected);
}

BOOST_AUTO_TEST_CASE(an_empty_list_of_targets_is_written_as_one) {
    const auto requests =
        encode(SetBondOptions{bond0, {{BondOption::arp_ip_target, std::vector<IpAddress>{}}}});
    BOOST_REQUIRE(requests.size() == 1);
    Bytes expected(RTM_NEWLINK, link_header(4));
    expected.nest(IFLA_LINKINFO, [](Bytes& info) {
        info.text(IFLA_INFO_KIND, "bond").nest(IFLA_INFO_DATA, [](Bytes& data) {
            data.nest(8, [](Bytes&) {});
        });
    });
    check_same(requests[0], expected);
}

BOOST_AUTO_TEST_CASE(a_port_that_is_up_goes_down_before_it_is_enslaved) {
    const auto requests = encode(Enslave{eth3, bond0, true});
    BOOST_REQUIRE(requests.size() == 2);
    check_same(requests[0], Bytes(RTM_SETLINK, link_header(7, 0, IFF_UP)));
    check_same(requests[1], Bytes(RTM_SETLINK, link_header(7)).put(IFLA_MASTER, std::uint32_t{4}));
    BOOST_TEST(encode(Enslave{eth3, bond0, false}).size() == 1);
}

BOOST_AUTO_TEST_CASE(release_is_a_master_of_zero_and_an_unknown_bond_never_is) {
    const auto requests = encode(Release{eth3, bond0});
    check_same(requests.at(0),
               Bytes(RTM_SETLINK, link_header(7)).put(IFLA_MASTER, std::uint32_t{0}));
    BOOST_CHECK_THROW(encode(Enslave{eth3, {0, "bond1"}, false}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(port_options_ride_on_a_message_of_their_own) {
    SetPortOptions op{eth3, bond0, {}};
    op.options.prio = -5;
    op.options.queue_id = std::uint16_t{2};
    const auto requests = encode(op);
    BOOST_REQUIRE(requests.size() == 2);
    BOOST_TEST(requests[0].what == "queue_id");
    Bytes expected(RTM_NEWLINK, link_header(7));
    expected.nest(IFLA_LINKINFO, [](Bytes& info) {
        info.text(IFLA_INFO_SLAVE_KIND, "bond").nest(IFLA_INFO_SLAVE_DATA, [](Bytes& data) {
            data.put(9, std::int32_t{-5});
        });
    });
    check_same(requests[1], expected);
}

BOOST_AUTO_TEST_CASE(a_link_goes_down_before_its_address_changes_and_up_with_it) {
    SetLink op{eth3, true, 9000, local};
    auto requests = encode(op);
    BOOST_REQUIRE(requests.size() == 1);
    check_same(requests[0], Bytes(RTM_SETLINK, link_header(7, IFF_UP, IFF_UP))
                                .put(IFLA_MTU, std::uint32_t{9000})
                                .put(IFLA_ADDRESS, local));
    op.up = false;
    requests = encode(op);
    BOOST_REQUIRE(requests.size() == 2);
    check_same(requests[0], Bytes(RTM_SETLINK, link_header(7, 0, IFF_UP)));
    BOOST_TEST(encode(SetLink{.link = eth3}).empty());
}

BOOST_AUTO_TEST_CASE(addresses_that_are_there_or_gone_already_are_welcome) {
    const auto prefix = *ip_prefix_from("10.0.1.1/24");
    const ifaddrmsg header{AF_INET, 24, 0, RT_SCOPE_UNIVERSE, 4};
    auto requests = encode(AddAddress{bond0, prefix, {}});
    BOOST_TEST(requests.at(0).welcome_error == EEXIST);
    check_same(requests[0],
               Bytes(RTM_NEWADDR, header)
                   .put(IFA_LOCAL, htonl(0x0a000101))
                   .put(IFA_ADDRESS, htonl(0x0a000101))
                   .put(IFA_BROADCAST, htonl(0x0a0001ff)),
               NLM_F_CREATE | NLM_F_EXCL);
    requests = encode(RemoveAddress{bond0, prefix});
    BOOST_TEST(requests.at(0).welcome_error == EADDRNOTAVAIL);
    check_same(requests[0], Bytes(RTM_DELADDR, header)
                                .put(IFA_LOCAL, htonl(0x0a000101))
                                .put(IFA_ADDRESS, htonl(0x0a000101)));
}

BOOST_AUTO_TEST_CASE(a_given_broadcast_is_kept_and_a_point_to_point_prefix_has_none) {
    const auto size = [](const Request& request) {
        return nlmsg_hdr(request.message.get())->nlmsg_len;
    };
    const auto usual = encode(AddAddress{bond0, *ip_prefix_from("10.0.1.1/24"), {}});
    const auto pair = encode(AddAddress{bond0, *ip_prefix_from("10.0.1.1/31"), {}});
    BOOST_TEST(size(pair.at(0)) + 8 == size(usual.at(0)));
    const auto given =
        encode(AddAddress{bond0, *ip_prefix_from("10.0.1.1/24"), ip_address_from("10.0.1.0")});
    const ifaddrmsg header{AF_INET, 24, 0, RT_SCOPE_UNIVERSE, 4};
    check_same(given.at(0),
               Bytes(RTM_NEWADDR, header)
                   .put(IFA_LOCAL, htonl(0x0a000101))
                   .put(IFA_ADDRESS, htonl(0x0a000101))
                   .put(IFA_BROADCAST, htonl(0x0a000100)),
               NLM_F_CREATE | NLM_F_EXCL);
}

BOOST_AUTO_TEST_CASE(a_label_is_the_whole_text_and_only_of_ipv4) {
    AddAddress add{.link = bond0, .prefix = *ip_prefix_from("10.0.1.1/31"), .label = "bond0:dmz"};
    const ifaddrmsg header{AF_INET, 31, 0, RT_SCOPE_UNIVERSE, 4};
    check_same(encode(add).at(0),
               Bytes(RTM_NEWADDR, header)
                   .put(IFA_LOCAL, htonl(0x0a000101))
                   .put(IFA_ADDRESS, htonl(0x0a000101))
                   .text(IFA_LABEL, "bond0:dmz"),
               NLM_F_CREATE | NLM_F_EXCL);
}

BOOST_AUTO_TEST_CASE(of_the_words_that_an_interface_forgets_only_its_queue_is_asked_for_here) {
    BOOST_TEST(encode(SetTunable{bond0, "net.ipv4.conf.rp_filter", "1"}).empty());
    check_same(encode(SetTunable{bond0, "txqueuelen", "500"}).at(0),
               Bytes(RTM_SETLINK, link_header(4)).put(IFLA_TXQLEN, std::uint32_t{500}));
}

BOOST_AUTO_TEST_CASE(an_ipv6_address_keeps_duplicate_detection_and_asks_to_serve_meanwhile) {
    const auto prefix = *ip_prefix_from("fd00::1/64");
    const auto requests = encode(AddAddress{bond0, prefix, {}});
    const ifaddrmsg header{AF_INET6, 64, IFA_F_OPTIMISTIC, RT_SCOPE_UNIVERSE, 4};
    check_same(requests.at(0),
               Bytes(RTM_NEWADDR, header)
                   .put(IFA_LOCAL, prefix.address.bytes)
                   .put(IFA_ADDRESS, prefix.address.bytes),
               NLM_F_CREATE | NLM_F_EXCL);
}

BOOST_AUTO_TEST_CASE(an_address_that_is_there_for_a_time_is_renewed_in_one_message) {
    const auto requests = encode(AddAddress{.link = bond0, .prefix = *ip_prefix_from("10.0.1.1/31"), .renew = true});
    const ifaddrmsg header{AF_INET, 31, 0, RT_SCOPE_UNIVERSE, 4};
    BOOST_REQUIRE(requests.size() == 1u);
    check_same(requests[0],
               Bytes(RTM_NEWADDR, header).put(IFA_LOCAL, htonl(0x0a000101)).put(IFA_ADDRESS, htonl(0x0a000101)),
               NLM_F_CREATE | NLM_F_REPLACE);
}

BOOST_AUTO_TEST_CASE(an_address_in_another_shape_goes_first_and_exactly_that) {
    const auto requests = encode(AddAddress{.link = bond0,
                                            .prefix = *ip_prefix_from("10.0.1.1/31"),
                                            .instead = *ip_prefix_from("10.0.1.1/24"),
                                            .instead_peer = ip_address_from("10.9.9.9")});
    const ifaddrmsg old{AF_INET, 24, 0, RT_SCOPE_UNIVERSE, 4}, made{AF_INET, 31, 0, RT_SCOPE_UNIVERSE, 4};
    BOOST_REQUIRE(requests.size() == 2u);
    BOOST_TEST(requests[0].welcome_error == EADDRNOTAVAIL);
    check_same(requests[0],
               Bytes(RTM_DELADDR, old).put(IFA_LOCAL, htonl(0x0a000101)).put(IFA_ADDRESS, htonl(0x0a090909)));
    check_same(requests[1],
               Bytes(RTM_NEWADDR, made).put(IFA_LOCAL, htonl(0x0a000101)).put(IFA_ADDRESS, htonl(0x0a000101)),
               NLM_F_CREATE | NLM_F_EXCL);
}

BOOST_AUTO_TEST_CASE(the_route_of_a_network_is_as_the_kernel_makes_it) {
    const auto requests = encode(Connect{.link = bond0, .address = *ip_prefix_from("10.0.1.1/24"), .table = 5000});
    const rtmsg header{AF_INET, 24, 0, 0, RT_TABLE_UNSPEC, RTPROT_KERNEL, RT_SCOPE_LINK, RTN_UNICAST, 0};
    BOOST_TEST(requests.at(0).welcome_error == EEXIST);
    check_same(requests.at(0),
               Bytes(RTM_NEWROUTE, header)
                   .put(RTA_DST, htonl(0x0a000100))
                   .put(RTA_OIF, std::uint32_t{4})
                   .put(RTA_TABLE, std::uint32_t{5000})
                   .put(RTA_PREFSRC, htonl(0x0a000101)),
               NLM_F_CREATE | NLM_F_APPEND);
}

BOOST_AUTO_TEST_CASE(a_member_is_set_down_for_another_address) {
    const Mac mac{{2, 0, 0, 0, 0, 1}};
    const auto requests = encode(SetLink{.link = eth3, .up = true, .address = mac, .member = true});
    BOOST_REQUIRE(requests.size() == 2u);
    check_same(requests[0], Bytes(RTM_SETLINK, link_header(7, 0, IFF_UP)));
    check_same(requests[1], Bytes(RTM_SETLINK, link_header(7, IFF_UP, IFF_UP)).put(IFLA_ADDRESS, mac.bytes));
}

BOOST_AUTO_TEST_CASE(a_link_gets_its_usual_flags_and_its_name_back) {
    auto requests = encode(SetLink{.link = eth3, .usual_flags = true, .member = true});
    BOOST_REQUIRE(requests.size() == 1u);
    check_same(requests[0], Bytes(RTM_SETLINK, link_header(7, IFF_MULTICAST, IFF_MULTICAST | IFF_NOARP)));
    requests = encode(RenameLink{.link = eth3, .to = "bond0"});
    BOOST_REQUIRE(requests.size() == 1u);
    check_same(requests[0], Bytes(RTM_SETLINK, link_header(7)).text(IFLA_IFNAME, "bond0"));
    requests = encode(RenameLink{.link = eth3, .to = "bond0", .up = true});
    BOOST_REQUIRE(requests.size() == 2u);
    check_same(requests[0], Bytes(RTM_SETLINK, link_header(7, 0, IFF_UP)));
    check_same(requests[1], Bytes(RTM_SETLINK, link_header(7, IFF_UP, IFF_UP)).text(IFLA_IFNAME, "bond0"));
}

BOOST_AUTO_TEST_CASE(a_route_bears_hads_protocol_and_takes_no_others_place) {
    const Route route{{*ip_prefix_from("10.2.0.0/16"), 5, 1000}, *ip_address_from("10.0.1.254")};
    const rtmsg header{AF_INET, 16, 0, 0, 0, 72, RT_SCOPE_UNIVERSE, RTN_UNICAST, 0};
    const auto bytes = [&](std::uint16_t type) {
        return Bytes(type, header)
            .put(RTA_DST, htonl(0x0a020000))
            .put(RTA_GATEWAY, htonl(0x0a0001fe))
            .put(RTA_OIF, std::uint32_t{4})
            .put(RTA_PRIORITY, std::uint32_t{5})
            .put(RTA_TABLE, std::uint32_t{1000});
    };
    check_same(encode(AddRoute{bond0, route, false}).at(0), bytes(RTM_NEWROUTE),
               NLM_F_CREATE | NLM_F_EXCL);
    check_same(encode(AddRoute{bond0, route, true}).at(0), bytes(RTM_NEWROUTE),
               NLM_F_CREATE | NLM_F_REPLACE);
    check_same(encode(RemoveRoute{bond0, route}).at(0), bytes(RTM_DELROUTE));
    BOOST_TEST(encode(RemoveRoute{bond0, route}).at(0).welcome_error == ESRCH);
}

BOOST_AUTO_TEST_CASE(the_default_route_has_no_destination) {
    RouteConfig config;
    config.way.via = *ip_address_from("fe80::1");
    const rtmsg header{AF_INET6, 0, 0, 0, 254, 72, RT_SCOPE_UNIVERSE, RTN_UNICAST, 0};
    check_same(encode(AddRoute{bond0, route_of(config), false}).at(0),
               Bytes(RTM_NEWROUTE, header)
                   .put(RTA_GATEWAY, config.way.via->bytes)
                   .put(RTA_OIF, std::uint32_t{4})
                   .put(RTA_PRIORITY, std::uint32_t{1024})
                   .put(RTA_TABLE, std::uint32_t{254}),
               NLM_F_CREATE | NLM_F_EXCL);
}

BOOST_AUTO_TEST_SUITE_END()
