// "Who has this address is reached at this MAC address from now on", to everybody on a link: a gratuitous ARP, or
// an unsolicited neighbour advertisement.
#pragma once

#include "had/core/action/operation.hpp"
#include "had/core/base/ip.hpp"

namespace had::core {

struct Announcement {
    LinkRef link;
    Mac mac;
    IpAddress address;

    friend auto operator<=>(const Announcement&, const Announcement&) = default;
};

} // namespace had::core
