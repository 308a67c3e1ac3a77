// Speed, duplex and negotiation, by ethtool's generic netlink.
//
// What is so already is not written, since writing takes the link down.  With negotiation on, the kernel itself works
// out what to advertise for a speed.
#pragma once

#include "had/core/action/action.hpp"
#include "had/sys/ethtool.hpp"

#include <optional>

namespace had::sys {

class LinkModes {
public:
    // Nothing: the driver has no such setting, or the kernel no such family.
    std::optional<core::LinkMode> read(core::Ifindex link);
    core::ActionResult set(core::Ifindex link, const core::LinkMode& mode);
    // The driver's word for a link that is not there (enum ethtool_link_ext_state).  Nothing: it has none.
    std::optional<unsigned> why_no_link(core::Ifindex link);

private:
    Ethtool ethtool_;
};

} // namespace had::sys
