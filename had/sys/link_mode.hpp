// Speed, duplex and negotiation, by ethtool's generic netlink (Linux 5.6).
//
// By netlink and not by ioctl.  A port is named by its index, so a rename cannot come between.  The
// kernel's own words explain a refusal.  What is so already is not written, since writing takes the link
// down.  With negotiation on, the kernel itself works out what to advertise for a speed.
#pragma once

#include "had/core/action/action.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/link_codec.hpp"
#include "had/sys/netlink_socket.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace had::sys {

class LinkModes {
public:
    // Nothing: the driver has no such setting, or the kernel no such family.
    std::optional<core::LinkMode> read(core::Ifindex link);
    core::ActionResult set(core::Ifindex link, const core::LinkMode& mode);
    // The driver's word for a link that is not there (enum ethtool_link_ext_state).  Nothing: it has none.
    std::optional<unsigned> why_no_link(core::Ifindex link);

private:
    bool ready();
    core::ActionResult ask(const Message& message, const NetlinkAnswer& answer = {});

    UniqueFd socket_; // opened when it is needed first
    std::vector<std::byte> answers_;
    std::uint16_t family_ = 0;
    std::uint32_t sequence_ = 0;
};

} // namespace had::sys
