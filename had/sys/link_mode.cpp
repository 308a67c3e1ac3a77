#include "had/sys/link_mode.hpp"

#include "had/sys/link_codec.hpp"
#include "had/sys/netlink_attributes.hpp"
#include "had/sys/netlink_socket.hpp"
#include "had/sys/netlink_write.hpp"

#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include <cerrno>
#include <cstring>

namespace had::sys {

using namespace core;

namespace {

Message request(int family, std::uint8_t command, std::uint8_t version, int flags) {
    genlmsghdr header{};
    header.cmd = command;
    header.version = version;
    return message(family, flags | NLM_F_REQUEST | NLM_F_ACK, header);
}

Message mode_request(int family, std::uint8_t command, Ifindex link) {
    auto m = request(family, command, ETHTOOL_GENL_VERSION, 0);
    {
        const Nest header(m, ETHTOOL_A_LINKMODES_HEADER);
        put(m, ETHTOOL_A_HEADER_DEV_INDEX, static_cast<std::uint32_t>(link));
    }
    return m;
}

LinkMode mode_of(const Attributes& a) {
    LinkMode mode;
    const auto speed = a.get<std::uint32_t>(ETHTOOL_A_LINKMODES_SPEED);
    if (speed && *speed != static_cast<std::uint32_t>(SPEED_UNKNOWN)) mode.speed = *speed;
    const auto duplex = a.get<std::uint8_t>(ETHTOOL_A_LINKMODES_DUPLEX);
    if (duplex == std::uint8_t{DUPLEX_HALF}) mode.duplex = Duplex::half;
    if (duplex == std::uint8_t{DUPLEX_FULL}) mode.duplex = Duplex::full;
    if (const auto autoneg = a.get<std::uint8_t>(ETHTOOL_A_LINKMODES_AUTONEG))
        mode.autoneg = *autoneg != 0;
    return mode;
}

} // namespace

ActionResult LinkModes::ask(const Message& message, const NetlinkAnswer& answer) {
    nlmsghdr& header = *nlmsg_hdr(message.get());
    header.nlmsg_seq = ++sequence_;
    return ask_netlink(socket_.get(), header, answers_, answer);
}

// A kernel's families have numbers of the moment, and are found by name.
bool LinkModes::ready() {
    if (family_ != 0) return true;
    if (!socket_) {
        socket_ = open_netlink_requests(NETLINK_GENERIC);
        answers_.resize(datagram_max);
    }
    auto m = request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, 0);
    put(m, CTRL_ATTR_FAMILY_NAME, std::string(ETHTOOL_GENL_NAME));
    ask(m, [this](const nlmsghdr& answer) {
        if (const auto parsed = parse<genlmsghdr>(answer))
            family_ = parsed->attributes.get<std::uint16_t>(CTRL_ATTR_FAMILY_ID).value_or(0);
    });
    return family_ != 0;
}

std::optional<LinkMode> LinkModes::read(Ifindex link) {
    std::optional<LinkMode> mode;
    if (!ready()) return mode;
    const auto m = mode_request(family_, ETHTOOL_MSG_LINKMODES_GET, link);
    ask(m, [&](const nlmsghdr& answer) {
        if (const auto parsed = parse<genlmsghdr>(answer)) mode = mode_of(parsed->attributes);
    });
    return mode;
}

std::optional<unsigned> LinkModes::why_no_link(Ifindex link) {
    std::optional<unsigned> state;
    if (!ready()) return state;
    auto m = request(family_, ETHTOOL_MSG_LINKSTATE_GET, ETHTOOL_GENL_VERSION, 0);
    {
        const Nest header(m, ETHTOOL_A_LINKSTATE_HEADER);
        put(m, ETHTOOL_A_HEADER_DEV_INDEX, static_cast<std::uint32_t>(link));
    }
    ask(m, [&](const nlmsghdr& answer) {
        const auto parsed = parse<genlmsghdr>(answer);
        if (!parsed) return;
        if (const auto said = parsed->attributes.get<std::uint8_t>(ETHTOOL_A_LINKSTATE_EXT_STATE)) state = *said;
    });
    return state;
}

ActionResult LinkModes::set(Ifindex link, const LinkMode& mode) {
    if (!ready()) return {EOPNOTSUPP, "this kernel has no ethtool netlink"};
    const auto m = mode_request(family_, ETHTOOL_MSG_LINKMODES_SET, link);
    if (mode.autoneg) put(m, ETHTOOL_A_LINKMODES_AUTONEG, static_cast<std::uint8_t>(*mode.autoneg));
    if (mode.speed) put(m, ETHTOOL_A_LINKMODES_SPEED, *mode.speed);
    if (mode.duplex)
        put(m, ETHTOOL_A_LINKMODES_DUPLEX,
            static_cast<std::uint8_t>(*mode.duplex == Duplex::full ? DUPLEX_FULL : DUPLEX_HALF));
    ActionResult result = ask(m);
    if (!result.ok() && result.text.empty()) result.text = std::strerror(result.error);
    return result;
}

} // namespace had::sys
