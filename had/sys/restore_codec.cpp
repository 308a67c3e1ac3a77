// What goes when a link is set down, and the requests that bring it back: told and asked in one format.
#include "had/sys/link_codec.hpp"
#include "had/sys/netlink_attributes.hpp"
#include "had/sys/netlink_write.hpp"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include <algorithm>

namespace had::sys {

using namespace core;

namespace {

template <class Header>
Message copy_of(const nlmsghdr& told, int type, Header header, std::initializer_list<int> without) {
    Message m = message(type, NLM_F_CREATE | NLM_F_REPLACE, header);
    int left = nlmsg_attrlen(&told, sizeof(Header));
    for (const nlattr* a = nlmsg_attrdata(&told, sizeof(Header)); nla_ok(a, left); a = nla_next(a, &left))
        if (std::find(without.begin(), without.end(), nla_type(a)) == without.end())
            check(nla_put(m.get(), nla_type(a), nla_len(a), nla_data(a)));
    return m;
}

// IPv4's stay, and the kernel makes the link-local one and those of the network's routers by itself.
std::optional<Message> address_again(const nlmsghdr& told, Ifindex link) {
    const auto parsed = parse<ifaddrmsg>(told);
    if (!parsed || parsed->header.ifa_family != AF_INET6) return std::nullopt;
    const bool here = parsed->header.ifa_index == static_cast<unsigned>(link);
    if (!here || parsed->header.ifa_scope == RT_SCOPE_LINK || !(parsed->header.ifa_flags & IFA_F_PERMANENT))
        return std::nullopt;
    return copy_of(told, RTM_NEWADDR, parsed->header, {IFA_CACHEINFO});
}

// Not those that come with an address, and none of several ways, which the kernel keeps.
std::optional<Message> route_again(const nlmsghdr& told, Ifindex link) {
    const auto parsed = parse<rtmsg>(told);
    if (!parsed) return std::nullopt;
    rtmsg header = parsed->header;
    const auto through = parsed->attributes.get<std::uint32_t>(RTA_OIF);
    const bool of_kernel = header.rtm_protocol == RTPROT_KERNEL || header.rtm_protocol == RTPROT_RA;
    if (through != static_cast<std::uint32_t>(link) || of_kernel || (header.rtm_flags & RTM_F_CLONED) ||
        header.rtm_type != RTN_UNICAST)
        return std::nullopt;
    header.rtm_flags &= RTNH_F_ONLINK;        // the rest is what the kernel thinks of it
    return copy_of(told, RTM_NEWROUTE, header, {RTA_CACHEINFO, RTA_PREF});
}

} // namespace

Message routes_through_request(std::uint8_t family, Ifindex link) {
    rtmsg header{};
    header.rtm_family = family;
    auto m = message(RTM_GETROUTE, NLM_F_DUMP, header);
    put(m, RTA_OIF, static_cast<std::uint32_t>(link));
    return m;
}

bool has_gateway(const nlmsghdr& told) {
    const auto route = told.nlmsg_type == RTM_NEWROUTE ? parse<rtmsg>(told) : std::nullopt;
    return route && route->attributes.has(RTA_GATEWAY);
}

std::optional<Message> again(const nlmsghdr& told, Ifindex link) {
    if (told.nlmsg_type == RTM_NEWADDR) return address_again(told, link);
    if (told.nlmsg_type == RTM_NEWROUTE) return route_again(told, link);
    return std::nullopt;
}

} // namespace had::sys
