#include "had/sys/link_counter.hpp"

#include "had/sys/netlink_attributes.hpp"
#include "had/sys/netlink_socket.hpp"
#include "had/sys/netlink_write.hpp"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

namespace had::sys {

std::optional<std::uint64_t> LinkCounter::received(core::Ifindex port) {
    if (!socket_) {
        socket_ = open_netlink_requests(NETLINK_ROUTE);
        buffer_.resize(datagram_max);
    }
    if_stats_msg header{};
    header.ifindex = static_cast<__u32>(port);
    header.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
    const Message request = message(RTM_GETSTATS, NLM_F_REQUEST | NLM_F_ACK, header);
    nlmsg_hdr(request.get())->nlmsg_seq = ++sequence_;
    std::optional<std::uint64_t> count;
    const auto result = ask_netlink(socket_.get(), *nlmsg_hdr(request.get()), buffer_, [&](const nlmsghdr& answer) {
        const auto parsed = parse<if_stats_msg>(answer);
        if (answer.nlmsg_type != RTM_NEWSTATS || !parsed) return;
        if (const auto stats = parsed->attributes.get<rtnl_link_stats64>(IFLA_STATS_LINK_64)) count = stats->rx_packets;
    });
    return result.ok() ? count : std::nullopt;
}

} // namespace had::sys
