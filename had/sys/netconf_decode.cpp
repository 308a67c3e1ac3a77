// What the kernel tells of the settings of an interface.
#include "had/core/config/told_word.hpp"
#include "had/sys/link_codec.hpp"
#include "had/sys/netlink_attributes.hpp"

#include <linux/netconf.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cstdint>

namespace had::sys {

std::optional<core::TunablesSeen> decode_netconf(const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWNETCONF) return std::nullopt;
    const auto parsed = parse<netconfmsg>(message);
    const auto index = parsed ? parsed->attributes.get<std::int32_t>(NETCONFA_IFINDEX) : std::nullopt;
    // What is of `all` is copied into no interface; where it changes them, each is told (inet_forward_change).
    if (!index || (*index <= 0 && *index != NETCONFA_IFINDEX_DEFAULT)) return std::nullopt;
    core::TunablesSeen told{std::max(*index, 0), {}, false};
    for (const core::ToldWord& word : core::told_words()) {
        const int family = word.family == core::IpFamily::v4 ? AF_INET : AF_INET6;
        if (parsed->header.ncm_family != family) continue;
        if (const auto value = parsed->attributes.get<std::int32_t>(word.attribute))
            told.values.emplace(word.word, std::to_string(*value));
    }
    return told.values.empty() ? std::nullopt : std::optional(std::move(told));
}

} // namespace had::sys
