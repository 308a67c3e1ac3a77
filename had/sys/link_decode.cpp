#include "had/sys/link_codec.hpp"
#include "had/sys/netlink_attributes.hpp"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>

namespace had::sys {

using namespace core;

namespace {

constexpr std::uint32_t forever = 0xffffffff;   // INFINITY_LIFE_TIME (include/net/addrconf.h)
constexpr int bond_slave_prio = 9, bond_slave_actor_port_prio = 10; // newer than some headers

std::optional<Mac> mac(const Attributes& attributes, int type) {
    const nlattr* a = attributes[type];
    if (!a || nla_len(a) != 6) return std::nullopt; // InfiniBand and tunnels have other lengths
    return attributes.get<Mac>(type);
}

std::vector<IpAddress> ip_list(const nlattr& list, IpFamily family) {
    std::vector<IpAddress> addresses;
    int left = nla_len(&list);
    for (const auto* a = static_cast<const nlattr*>(nla_data(&list)); nla_ok(a, left);
         a = nla_next(a, &left))
        addresses.push_back(ip(*a, family));
    return addresses;
}

template <class T>
std::optional<BondValue> number(const Attributes& data, int type) {
    const auto value = data.get<T>(type);
    return value ? std::optional<BondValue>(std::uint64_t{*value}) : std::nullopt;
}

std::optional<BondValue> bond_value(const BondOptionRule& rule, const Attributes& data) {
    const int type = static_cast<int>(rule.id);
    switch (rule.type) {
    case BondType::u8: return number<std::uint8_t>(data, type);
    case BondType::u16: return number<std::uint16_t>(data, type);
    case BondType::u32: return number<std::uint32_t>(data, type);
    // bond_fill_info() leaves out an absent slave and an empty list.  That looks like an option which
    // this kernel lacks, but only for the lists, where both mean the same.
    case BondType::ifindex:
        return BondValue(std::uint64_t{data.get<std::uint32_t>(type).value_or(0)});
    case BondType::ipv4_list:
    case BondType::ipv6_list: {
        const auto family = rule.type == BondType::ipv4_list ? IpFamily::v4 : IpFamily::v6;
        return BondValue(data.has(type) ? ip_list(*data[type], family) : std::vector<IpAddress>{});
    }
    case BondType::mac: {
        const auto value = mac(data, type);
        return value ? std::optional<BondValue>(*value) : std::nullopt;
    }
    }
    return std::nullopt;
}

std::optional<LacpBond> lacp_bond(const Attributes& data) {
    if (!data.has(IFLA_BOND_AD_INFO)) return std::nullopt;
    const Attributes info = data.nested(IFLA_BOND_AD_INFO);
    LacpBond lacp;
    lacp.aggregator = info.get<std::uint16_t>(IFLA_BOND_AD_INFO_AGGREGATOR).value_or(0);
    lacp.ports = info.get<std::uint16_t>(IFLA_BOND_AD_INFO_NUM_PORTS).value_or(0);
    lacp.partner = mac(info, IFLA_BOND_AD_INFO_PARTNER_MAC).value_or(Mac{});
    return lacp;
}

// Where the mode is another the kernel leaves these out (bond_netlink.c bond_fill_slave_info).
std::optional<LacpPort> lacp_port(const Attributes& data) {
    const auto aggregator = data.get<std::uint16_t>(IFLA_BOND_SLAVE_AD_AGGREGATOR_ID);
    const auto actor = data.get<std::uint8_t>(IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE);
    const auto partner = data.get<std::uint16_t>(IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE);
    if (!actor) return std::nullopt;
    return LacpPort{aggregator.value_or(0), *actor, static_cast<std::uint8_t>(partner.value_or(0))};
}

BondInfo bond_info(const Attributes& data) {
    BondInfo bond;
    bond.lacp = lacp_bond(data);
    for (const auto& rule : bond_option_rules())
        if (auto value = bond_value(rule, data)) bond.options.emplace(rule.id, *std::move(value));
    return bond;
}

SlaveInfo slave_info(const Attributes& data) {
    SlaveInfo slave;
    slave.active = data.get<std::uint8_t>(IFLA_BOND_SLAVE_STATE) == 0;
    const auto mii = data.get<std::uint8_t>(IFLA_BOND_SLAVE_MII_STATUS);
    if (mii && *mii <= static_cast<std::uint8_t>(MiiStatus::back)) slave.mii = MiiStatus{*mii};
    slave.link_failures = data.get<std::uint32_t>(IFLA_BOND_SLAVE_LINK_FAILURE_COUNT).value_or(0);
    slave.permanent = mac(data, IFLA_BOND_SLAVE_PERM_HWADDR).value_or(Mac{});
    slave.queue_id = data.get<std::uint16_t>(IFLA_BOND_SLAVE_QUEUE_ID).value_or(0);
    slave.prio = data.get<std::int32_t>(bond_slave_prio);
    slave.actor_port_prio = data.get<std::uint16_t>(bond_slave_actor_port_prio);
    slave.lacp = lacp_port(data);
    return slave;
}

// A VLAN by 802.1ad has the same numbers, and is not the same VLAN.
std::optional<std::uint16_t> vlan_id(const Attributes& data) {
    const auto protocol = data.get<std::uint16_t>(IFLA_VLAN_PROTOCOL);
    if (protocol && *protocol != htons(ETH_P_8021Q)) return std::nullopt;
    return data.get<std::uint16_t>(IFLA_VLAN_ID);
}

// More than one attribute of one number.
std::vector<std::string> alternatives(const Attributes& link) {
    std::vector<std::string> names;
    const nlattr* list = link[IFLA_PROP_LIST];
    if (!list) return names;
    int left = nla_len(list);
    for (const auto* a = static_cast<const nlattr*>(nla_data(list)); nla_ok(a, left); a = nla_next(a, &left))
        if (nla_type(a) == IFLA_ALT_IFNAME) names.push_back(text(*a));
    return names;
}

Link link_of(const Parsed<ifinfomsg>& message) {
    const auto& a = message.attributes;
    const auto info = a.nested(IFLA_LINKINFO);
    Link link;
    link.index = message.header.ifi_index;
    link.name = a.text(IFLA_IFNAME);
    link.alternatives = alternatives(a);
    link.kind = info.text(IFLA_INFO_KIND);
    link.master = static_cast<Ifindex>(a.get<std::uint32_t>(IFLA_MASTER).value_or(0));
    // Another namespace's numbers are none of ours.
    if (!a.has(IFLA_LINK_NETNSID)) link.lower = static_cast<Ifindex>(a.get<std::uint32_t>(IFLA_LINK).value_or(0));
    link.up = (message.header.ifi_flags & IFF_UP) != 0;
    link.odd_flags = (message.header.ifi_flags & (IFF_NOARP | IFF_MULTICAST)) != IFF_MULTICAST;
    // The live bit; IFF_RUNNING and the operstate lag behind it.
    link.carrier = a.get<std::uint8_t>(IFLA_CARRIER).value_or(0) != 0;
    link.mtu = a.get<std::uint32_t>(IFLA_MTU).value_or(0);
    link.least_mtu = a.get<std::uint32_t>(IFLA_MIN_MTU).value_or(0);
    link.most_mtu = a.get<std::uint32_t>(IFLA_MAX_MTU).value_or(0);
    link.queue = a.get<std::uint32_t>(IFLA_TXQLEN).value_or(0);
    link.address = mac(a, IFLA_ADDRESS).value_or(Mac{});
    link.permanent = mac(a, IFLA_PERM_ADDRESS);
    link.parent_bus = a.text(IFLA_PARENT_DEV_BUS_NAME);
    link.parent_device = a.text(IFLA_PARENT_DEV_NAME);
    link.carrier_changes = a.get<std::uint32_t>(IFLA_CARRIER_CHANGES).value_or(0);
    if (link.kind == "bond" && info.has(IFLA_INFO_DATA))
        link.bond = bond_info(info.nested(IFLA_INFO_DATA));
    if (link.kind == "vlan" && info.has(IFLA_INFO_DATA))
        link.vlan_id = vlan_id(info.nested(IFLA_INFO_DATA));
    if (link.kind == "vrf") link.vrf_table = info.nested(IFLA_INFO_DATA).get<std::uint32_t>(IFLA_VRF_TABLE).value_or(0);
    if (info.text(IFLA_INFO_SLAVE_KIND) == "bond" && info.has(IFLA_INFO_SLAVE_DATA))
        link.slave = slave_info(info.nested(IFLA_INFO_SLAVE_DATA));
    return link;
}

std::optional<Parsed<ifinfomsg>> parse_link(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWLINK && message.nlmsg_type != RTM_DELLINK) return std::nullopt;
    auto parsed = parse<ifinfomsg>(message);
    if (!parsed || parsed->header.ifi_family != AF_UNSPEC) return std::nullopt;
    if (parsed->header.ifi_index <= 0) return std::nullopt;       // which means none everywhere else
    return parsed;
}

// Sent when IPv6 begins on an interface, and when its settings there change (net/ipv6/addrconf.c
// inet6_ifinfo_notify).
std::optional<Ifindex> parse_ipv6(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWLINK) return std::nullopt;
    const auto parsed = parse<ifinfomsg>(message);
    if (!parsed || parsed->header.ifi_family != AF_INET6 || parsed->header.ifi_index <= 0) return std::nullopt;
    return parsed->header.ifi_index;
}

} // namespace

std::optional<Link> decode_link(const nlmsghdr& message) {
    const auto parsed = parse_link(message);
    return parsed ? std::optional(link_of(*parsed)) : std::nullopt;
}

std::optional<Address> decode_address(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWADDR && message.nlmsg_type != RTM_DELADDR) return std::nullopt;
    const auto parsed = parse<ifaddrmsg>(message);
    if (!parsed) return std::nullopt;
    const auto& [header, a] = *parsed;
    if (header.ifa_family != AF_INET && header.ifa_family != AF_INET6) return std::nullopt;
    const auto family = header.ifa_family == AF_INET ? IpFamily::v4 : IpFamily::v6;

    // Where both stand IFA_ADDRESS is the peer's; IPv6 sends IFA_LOCAL only when there is a peer.
    const nlattr* own = a.has(IFA_LOCAL) ? a[IFA_LOCAL] : a[IFA_ADDRESS];
    if (!own) return std::nullopt;
    Address address;
    address.link = static_cast<Ifindex>(header.ifa_index);
    address.prefix = {ip(*own, family), header.ifa_prefixlen};
    if (address.link <= 0 || !is_sound(address.prefix)) return std::nullopt;
    if (family == IpFamily::v4 && a.has(IFA_BROADCAST))
        address.broadcast = ip(*a[IFA_BROADCAST], family);
    // The header has room for eight flags only.
    const auto flags = a.get<std::uint32_t>(IFA_FLAGS).value_or(header.ifa_flags);
    address.permanent = (flags & IFA_F_PERMANENT) != 0;
    address.tentative = family == IpFamily::v6 && (flags & IFA_F_TENTATIVE) != 0;
    address.link_scope = family == IpFamily::v6 && header.ifa_scope == RT_SCOPE_LINK;
    const auto times = a.get<ifa_cacheinfo>(IFA_CACHEINFO);
    address.preferred = (flags & IFA_F_DEPRECATED) == 0 && (!times || times->ifa_prefered == forever);
    address.no_route = (flags & IFA_F_NOPREFIXROUTE) != 0;
    address.metric = a.get<std::uint32_t>(IFA_RT_PRIORITY).value_or(0);
    if (a.has(IFA_LOCAL) && a.has(IFA_ADDRESS))
        if (const IpAddress peer = ip(*a[IFA_ADDRESS], family); peer != address.prefix.address) address.peer = peer;
    if (family == IpFamily::v4) {
        address.secondary = (flags & IFA_F_SECONDARY) != 0;
        address.scope = header.ifa_scope;
        address.label = a.text(IFA_LABEL);
        return address;
    }
    address.tentative = (flags & IFA_F_TENTATIVE) != 0;
    address.duplicate = (flags & IFA_F_DADFAILED) != 0;
    address.odd = (flags & (IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR)) != 0;
    return address;
}

void decode(const nlmsghdr& message, const EventSink& sink) {
    if (const auto parsed = parse_link(message)) {
        if (message.nlmsg_type == RTM_DELLINK) 
            return sink(LinkGone{parsed->header.ifi_index, parsed->attributes.has(IFLA_NEW_NETNSID)});
        Link link = link_of(*parsed);
        const auto event = parsed->attributes.get<std::uint32_t>(IFLA_EVENT);
        const bool peers_told = event == std::uint32_t{IFLA_EVENT_NOTIFY_PEERS} && link.bond;
        sink(LinkSeen{std::move(link)});
        if (peers_told) sink(PeersTold{parsed->header.ifi_index});
    } else if (const auto ipv6 = parse_ipv6(message)) {
        sink(Ipv6Seen{*ipv6});
    } else if (auto settings = decode_netconf(message)) {
        sink(*std::move(settings));
    } else if (const auto connected = decode_connected(message)) {
        if (message.nlmsg_type == RTM_NEWROUTE)
            sink(ConnectedSeen{*connected});
        else
            sink(ConnectedGone{*connected});
    } else if (auto route = decode_route(message)) {
        if (message.nlmsg_type == RTM_NEWROUTE)
            sink(*std::move(route));
        else
            sink(RouteGone{route->route, route->link});
    } else if (const auto way = decode_way(message)) {
        if (message.nlmsg_type == RTM_NEWROUTE)
            sink(WayTaken{*way});
        else
            sink(WayFree{*way});
    } else if (const auto rule = decode_rule(message)) {
        if (message.nlmsg_type == RTM_NEWRULE)
            sink(RuleSeen{*rule});
        else
            sink(RuleGone{*rule});
    } else if (auto address = decode_address(message)) {
        if (message.nlmsg_type == RTM_NEWADDR)
            sink(AddressSeen{*std::move(address)});
        else
            sink(AddressGone{*std::move(address)});
    }
}

} // namespace had::sys
