#include "had/sys/link_mode.hpp"

#include "had/sys/netlink_attributes.hpp"
#include "had/sys/netlink_write.hpp"

#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include <cerrno>

namespace had::sys {

using namespace core;

namespace {

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

std::optional<LinkMode> LinkModes::read(Ifindex link) {
    std::optional<LinkMode> mode;
    if (!ethtool_.ready()) return mode;
    ethtool_.ask(ethtool_.request(ETHTOOL_MSG_LINKMODES_GET, link), [&](const nlmsghdr& answer) {
        if (const auto parsed = parse<genlmsghdr>(answer)) mode = mode_of(parsed->attributes);
    });
    return mode;
}

std::optional<unsigned> LinkModes::why_no_link(Ifindex link) {
    std::optional<unsigned> state;
    if (!ethtool_.ready()) return state;
    ethtool_.ask(ethtool_.request(ETHTOOL_MSG_LINKSTATE_GET, link), [&](const nlmsghdr& answer) {
        const auto parsed = parse<genlmsghdr>(answer);
        if (!parsed) return;
        if (const auto said = parsed->attributes.get<std::uint8_t>(ETHTOOL_A_LINKSTATE_EXT_STATE)) state = *said;
    });
    return state;
}

ActionResult LinkModes::set(Ifindex link, const LinkMode& mode) {
    if (!ethtool_.ready()) return {EOPNOTSUPP, "this kernel has no ethtool netlink"};
    const auto m = ethtool_.request(ETHTOOL_MSG_LINKMODES_SET, link);
    if (mode.autoneg) put(m, ETHTOOL_A_LINKMODES_AUTONEG, static_cast<std::uint8_t>(*mode.autoneg));
    if (mode.speed) put(m, ETHTOOL_A_LINKMODES_SPEED, *mode.speed);
    if (mode.duplex)
        put(m, ETHTOOL_A_LINKMODES_DUPLEX,
            static_cast<std::uint8_t>(*mode.duplex == Duplex::full ? DUPLEX_FULL : DUPLEX_HALF));
    return ethtool_.ask(m);
}

} // namespace had::sys
