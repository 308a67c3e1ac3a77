// Routes: the daemon's own, known by their protocol number.
#include "had/sys/link_codec.hpp"
#include "had/sys/netlink_attributes.hpp"
#include "had/sys/netlink_write.hpp"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <cerrno>

namespace had::sys {

using namespace core;

namespace {

// TCP looks at the value only where it is locked (include/net/tcp.h tcp_rto_min).
constexpr std::uint32_t rto_min_lock = 1U << RTAX_RTO_MIN;

IpFamily family_of(const rtmsg& header) { return header.rtm_family == AF_INET ? IpFamily::v4 : IpFamily::v6; }

RouteKey place_of(const rtmsg& header, const Attributes& a) {
    RouteKey key;
    key.destination = {IpAddress{family_of(header), {}}, header.rtm_dst_len};
    if (a.has(RTA_DST)) key.destination.address = ip(*a[RTA_DST], family_of(header));
    key.metric = a.get<std::uint32_t>(RTA_PRIORITY).value_or(0);
    // The header has room for tables up to 255 only.
    key.table = a.get<std::uint32_t>(RTA_TABLE).value_or(header.rtm_table);
    return key;
}

RouteWay way_of(const rtmsg& header, const Attributes& a) {
    if (header.rtm_type == RTN_BLACKHOLE) return {.blackhole = true};
    RouteWay way;
    if (a.has(RTA_GATEWAY)) way.via = ip(*a[RTA_GATEWAY], family_of(header));
    way.onlink = way.via && (header.rtm_flags & RTNH_F_ONLINK) != 0;
    if (a.has(RTA_PREFSRC)) way.source = ip(*a[RTA_PREFSRC], family_of(header));
    const Attributes metrics = a.nested(RTA_METRICS);
    way.mtu = metrics.get<std::uint32_t>(RTAX_MTU).value_or(0);
    if (metrics.get<std::uint32_t>(RTAX_LOCK).value_or(0) == rto_min_lock)
        way.rto_min = metrics.get<std::uint32_t>(RTAX_RTO_MIN).value_or(0);
    return way;
}

// IPv6 has its blackholes on lo.
std::optional<RouteSeen> seen(const rtmsg& header, const Attributes& a) {
    RouteSeen route;
    route.route = {place_of(header, a), way_of(header, a)};
    if (route.route.way.blackhole) return route;
    const auto link = a.get<std::uint32_t>(RTA_OIF);
    if (!link) return std::nullopt;           // several ways: not made by the daemon
    route.link = static_cast<Ifindex>(*link);
    return route;
}

Message route_message(int type, int flags, const LinkRef& link, const Route& route) {
    const IpPrefix& destination = route.key.destination;
    rtmsg header{};
    header.rtm_family = destination.address.family == IpFamily::v4 ? AF_INET : AF_INET6;
    header.rtm_dst_len = destination.length;
    header.rtm_table = route.key.table < 256 ? static_cast<unsigned char>(route.key.table)
                                             : static_cast<unsigned char>(RT_TABLE_UNSPEC);
    header.rtm_protocol = route_protocol; // a removal then takes no other's
    const RouteWay& way = route.way;
    const bool direct = !way.via && !way.blackhole;      // IPv4 asks for it, and compares it when it removes
    header.rtm_scope = direct && header.rtm_family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    header.rtm_type = way.blackhole ? RTN_BLACKHOLE : RTN_UNICAST;
    if (way.onlink) header.rtm_flags = RTNH_F_ONLINK;
    auto m = message(type, flags, header);
    if (destination.length != 0) put(m, RTA_DST, destination.address);
    if (way.via) put(m, RTA_GATEWAY, *way.via);
    if (!way.blackhole) put(m, RTA_OIF, static_cast<std::uint32_t>(index_of(link)));
    put(m, RTA_PRIORITY, route.key.metric);
    put(m, RTA_TABLE, route.key.table);
    if (way.source) put(m, RTA_PREFSRC, *way.source);
    if (way.mtu != 0 || way.rto_min != 0) {
        const Nest metrics(m, RTA_METRICS);
        if (way.mtu != 0) put(m, RTAX_MTU, way.mtu);
        if (way.rto_min != 0) {
            put(m, RTAX_LOCK, rto_min_lock);
            put(m, RTAX_RTO_MIN, way.rto_min);
        }
    }
    return m;
}

// A kernel that checks strictly (4.20) sends only the daemon's own.  An older one sends all, and the rest is not
// decoded.
Message route_dump_request(std::uint8_t family, std::uint8_t protocol = route_protocol) {
    rtmsg header{};
    header.rtm_family = family;
    header.rtm_protocol = protocol;
    header.rtm_type = protocol == RTPROT_KERNEL ? RTN_UNICAST : RTN_UNSPEC;
    return message(RTM_GETROUTE, NLM_F_DUMP, header);
}

// Whether its place is that of its destination, metric and table alone, and it is no copy of a route.
bool is_placed(const rtmsg& header) {
    return header.rtm_tos == 0 && header.rtm_src_len == 0 && (header.rtm_flags & RTM_F_CLONED) == 0;
}

bool is_plain(const rtmsg& header) { return header.rtm_type == RTN_UNICAST && is_placed(header); }

bool is_ours(const rtmsg& header) {
    const bool type = header.rtm_type == RTN_UNICAST || header.rtm_type == RTN_BLACKHOLE;
    return type && is_placed(header) && header.rtm_protocol == route_protocol;
}

// Another hand can make one by the daemon's number, too, with values that it never gives.
bool is_as_made(const Attributes& a) {
    const Attributes metrics = a.nested(RTA_METRICS);
    for (int metric = 1; metric < Attributes::count; ++metric)
        if (metric != RTAX_MTU && metric != RTAX_RTO_MIN && metric != RTAX_LOCK && metrics.has(metric)) return false;
    return (metrics.get<std::uint32_t>(RTAX_LOCK).value_or(0) & ~rto_min_lock) == 0;
}

} // namespace

// Of all protocols, through this link: the kernel's filter keeps a full routing table away.
Message neighbours_of_route_request(const AddRoute& op) {
    rtmsg header{};
    header.rtm_family = op.route.key.destination.address.family == IpFamily::v4 ? AF_INET : AF_INET6;
    if (op.route.way.blackhole) header.rtm_type = RTN_BLACKHOLE;
    auto m = message(RTM_GETROUTE, NLM_F_DUMP, header);
    if (!is_none(op.link)) put(m, RTA_OIF, static_cast<std::uint32_t>(index_of(op.link)));
    put(m, RTA_TABLE, op.route.key.table);
    return m;
}

bool is_same_route(const nlmsghdr& message, const AddRoute& op) {
    const auto parsed = parse<rtmsg>(message);
    if (message.nlmsg_type != RTM_NEWROUTE || !parsed || !is_placed(parsed->header)) return false;
    if (parsed->header.rtm_type != RTN_UNICAST && parsed->header.rtm_type != RTN_BLACKHOLE) return false;
    const auto route = seen(parsed->header, parsed->attributes);
    return route && route->link == op.link.index && route->route == op.route;
}

std::optional<RouteSeen> decode_route(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWROUTE && message.nlmsg_type != RTM_DELROUTE) return std::nullopt;
    const auto parsed = parse<rtmsg>(message);
    if (!parsed) return std::nullopt;
    const rtmsg& header = parsed->header;
    // An exception that a path MTU or a redirect made of a route has its protocol, and is not a route.
    if (!is_ours(header)) return std::nullopt;
    if (message.nlmsg_type == RTM_NEWROUTE && !is_as_made(parsed->attributes)) return std::nullopt;
    if (header.rtm_family != AF_INET && header.rtm_family != AF_INET6) return std::nullopt;
    auto route = seen(header, parsed->attributes);
    if (route && !is_sound(route->route.key.destination)) return std::nullopt;
    return route;
}

std::optional<Connected> decode_connected(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWROUTE && message.nlmsg_type != RTM_DELROUTE) return std::nullopt;
    const auto parsed = parse<rtmsg>(message);
    if (!parsed) return std::nullopt;
    const auto& [header, a] = *parsed;
    if (header.rtm_protocol != RTPROT_KERNEL || !is_plain(header) || a.has(RTA_GATEWAY)) return std::nullopt;
    if (header.rtm_family != AF_INET && header.rtm_family != AF_INET6) return std::nullopt;
    const auto link = a.get<std::uint32_t>(RTA_OIF);
    if (!link || *link == 0 || !a.has(RTA_DST)) return std::nullopt;
    const IpFamily family = header.rtm_family == AF_INET ? IpFamily::v4 : IpFamily::v6;
    const Connected route{.link = static_cast<Ifindex>(*link),
                          .network = {ip(*a[RTA_DST], family), header.rtm_dst_len},
                          .metric = a.get<std::uint32_t>(RTA_PRIORITY).value_or(0),
                          .table = a.get<std::uint32_t>(RTA_TABLE).value_or(header.rtm_table)};
    if (!is_sound(route.network) || (family == IpFamily::v6 && is_link_local(route.network.address)))
        return std::nullopt;
    return route;
}

std::optional<RouteKey> decode_way(const nlmsghdr& message) {
    const bool taken = message.nlmsg_type == RTM_NEWROUTE && (message.nlmsg_flags & NLM_F_REPLACE) != 0;
    const auto parsed = taken || message.nlmsg_type == RTM_DELROUTE ? parse<rtmsg>(message) : std::nullopt;
    if (!parsed || !is_placed(parsed->header)) return std::nullopt;
    if (parsed->header.rtm_family != AF_INET && parsed->header.rtm_family != AF_INET6) return std::nullopt;
    const RouteKey key = place_of(parsed->header, parsed->attributes);
    return is_sound(key.destination) ? std::optional(key) : std::nullopt;
}

std::optional<AnyRoute> decode_any_route(const nlmsghdr& message) {
    const auto parsed = message.nlmsg_type == RTM_NEWROUTE ? parse<rtmsg>(message) : std::nullopt;
    if (!parsed) return std::nullopt;
    const auto& [header, a] = *parsed;
    if (header.rtm_family != AF_INET && header.rtm_family != AF_INET6) return std::nullopt;
    if ((header.rtm_flags & RTM_F_CLONED) != 0) return std::nullopt;
    AnyRoute route;
    route.key = place_of(header, a);
    if (!is_sound(route.key.destination)) return std::nullopt;
    route.link = static_cast<Ifindex>(a.get<std::uint32_t>(RTA_OIF).value_or(0));
    route.protocol = header.rtm_protocol;
    route.way = way_of(header, a);
    if (header.rtm_type != RTN_UNICAST && !route.way.blackhole)
        route.odd = "it is of another type than unicast or blackhole";
    else if (a.has(RTA_MULTIPATH) || a.has(RTA_NH_ID)) route.odd = "it has several ways, or a next hop of its own";
    else if (a.has(RTA_VIA)) route.odd = "its gateway is of another IP version";
    else if (a.has(RTA_ENCAP)) route.odd = "it leads into a tunnel";
    else if (header.rtm_tos != 0 || header.rtm_src_len != 0) route.odd = "it is for a part of the packets only";
    else if (!is_as_made(a) || route.way.rto_min != 0) route.odd = "it has values of its own besides an mtu";
    return route;
}

// As the kernel makes it (net/ipv4/fib_frontend.c fib_magic, net/ipv6/addrconf.c addrconf_prefix_route), behind
// what another program has put in its place.  Its IPv6 metric is IP6_RT_PRIO_ADDRCONF.
std::vector<Request> encode_one(const Connect& op) {
    constexpr std::uint32_t ipv6_metric = 256;
    const IpPrefix network = op.network();
    const bool v4 = network.address.family == IpFamily::v4;
    rtmsg header{};
    header.rtm_family = v4 ? AF_INET : AF_INET6;
    header.rtm_dst_len = network.length;
    header.rtm_table = static_cast<unsigned char>(op.table < 256 ? op.table : RT_TABLE_UNSPEC);
    header.rtm_protocol = RTPROT_KERNEL;
    header.rtm_scope = v4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    header.rtm_type = RTN_UNICAST;
    auto m = message(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, header);
    put(m, RTA_DST, network.address);
    put(m, RTA_OIF, static_cast<std::uint32_t>(index_of(op.link)));
    put(m, RTA_TABLE, op.table);
    if (v4) put(m, RTA_PREFSRC, op.address.address);
    else put(m, RTA_PRIORITY, ipv6_metric);
    return one(std::move(m), EEXIST); // the very same: the kernel has made it meanwhile
}

// NLM_F_EXCL: the route of another program in the same place is not replaced.
std::vector<Request> encode_one(const AddRoute& op) {
    const int flags = NLM_F_CREATE | (op.replace ? NLM_F_REPLACE : NLM_F_EXCL);
    return one(route_message(RTM_NEWROUTE, flags, op.link, op.route));
}

std::vector<Request> encode_one(const RemoveRoute& op) {
    return one(route_message(RTM_DELROUTE, 0, op.link, op.route), ESRCH);
}

namespace {

Message neighbour_message(int type, const ForgetNeighbour& op) {
    ndmsg header{};
    header.ndm_family = op.address.family == IpFamily::v4 ? AF_INET : AF_INET6;
    header.ndm_ifindex = index_of(op.link);
    auto m = message(type, 0, header);
    put(m, NDA_DST, op.address);
    return m;
}

} // namespace

std::vector<Request> encode_one(const ForgetNeighbour& op) {
    return one(neighbour_message(RTM_DELNEIGH, op), ENOENT);   // it is not known: nothing waits for it
}

Message neighbour_request(const ForgetNeighbour& op) { return neighbour_message(RTM_GETNEIGH, op); }

bool is_permanent_neighbour(const nlmsghdr& message) {
    const auto parsed = message.nlmsg_type == RTM_NEWNEIGH ? parse<ndmsg>(message) : std::nullopt;
    return parsed && (parsed->header.ndm_state & NUD_PERMANENT) != 0;
}

Message ipv4_route_dump_request() {
    return route_dump_request(AF_INET);
}

Message ipv6_route_dump_request() {
    return route_dump_request(AF_INET6);
}

Message ipv4_any_route_dump_request() {
    return route_dump_request(AF_INET, RTPROT_UNSPEC);
}

Message ipv6_any_route_dump_request() {
    return route_dump_request(AF_INET6, RTPROT_UNSPEC);
}

Message ipv4_connected_dump_request() {
    return route_dump_request(AF_INET, RTPROT_KERNEL);
}

Message ipv6_connected_dump_request() {
    return route_dump_request(AF_INET6, RTPROT_KERNEL);
}

} // namespace had::sys
