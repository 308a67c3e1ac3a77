#include "had/sys/ethtool.hpp"

#include "had/sys/netlink_attributes.hpp"
#include "had/sys/netlink_write.hpp"

#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace had::sys {

using namespace core;

namespace {

// The same number in each command.
constexpr int header_of_all = ETHTOOL_A_LINKMODES_HEADER;
static_assert(header_of_all == ETHTOOL_A_RINGS_HEADER && header_of_all == ETHTOOL_A_CHANNELS_HEADER &&
              header_of_all == ETHTOOL_A_COALESCE_HEADER && header_of_all == ETHTOOL_A_EEE_HEADER &&
              header_of_all == ETHTOOL_A_WOL_HEADER && header_of_all == ETHTOOL_A_FEATURES_HEADER &&
              header_of_all == ETHTOOL_A_LINKSTATE_HEADER);

Message request_of(int family, std::uint8_t command, std::uint8_t version) {
    genlmsghdr header{};
    header.cmd = command;
    header.version = version;
    return message(family, NLM_F_REQUEST | NLM_F_ACK, header);
}

} // namespace

// A kernel's families have numbers of the moment, and are found by name.
bool Ethtool::ready() {
    if (family_ != 0) return true;
    if (!socket_) {
        answers_.resize(datagram_max);
        socket_ = open_netlink_requests(NETLINK_GENERIC);
    }
    auto m = request_of(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
    put(m, CTRL_ATTR_FAMILY_NAME, std::string(ETHTOOL_GENL_NAME));
    const ActionResult asked = ask(m, [this](const nlmsghdr& answer) {
        if (const auto parsed = parse<genlmsghdr>(answer))
            family_ = parsed->attributes.get<std::uint16_t>(CTRL_ATTR_FAMILY_ID).value_or(0);
    });
    if (!asked.ok() && asked.error != ENOENT)
        throw std::system_error(asked.error, std::generic_category(), "cannot ask for ethtool's netlink");
    return family_ != 0;
}

Message Ethtool::request(std::uint8_t command, Ifindex link) const {
    auto m = request_of(family_, command, ETHTOOL_GENL_VERSION);
    {
        const Nest header(m, header_of_all);
        put(m, ETHTOOL_A_HEADER_DEV_INDEX, static_cast<std::uint32_t>(link));
    }
    return m;
}

ActionResult Ethtool::ask(const Message& message, const NetlinkAnswer& answer) {
    nlmsghdr& header = *nlmsg_hdr(message.get());
    header.nlmsg_seq = ++sequence_;
    ActionResult result = ask_netlink(socket_.get(), header, answers_, answer);
    if (!result.ok() && result.text.empty()) result.text = std::strerror(result.error);
    return result;
}

} // namespace had::sys
