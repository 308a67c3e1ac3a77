// Announcements as packets, on a packet socket that is opened for one and hears nothing: the kernel has no call by
// which a plain interface tells its neighbours (bonds do, by NETDEV_NOTIFY_PEERS).  Needs CAP_NET_RAW.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/action/announcement.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace had::sys {

// What stands behind the Ethernet header.
struct Packet {
    std::uint16_t protocol = 0;               // ETH_P_ARP or ETH_P_IPV6
    core::Mac to;
    std::vector<std::uint8_t> payload;
};

// IPv4: an ARP request for the address by its own owner (RFC 5227, 3).  IPv6: a neighbour advertisement to all
// nodes that overrides what they know (RFC 4861, 7.2.6).  A `router` says so: who heard it say otherwise would
// take it for none any more.
Packet packet_of(const core::Announcement& what, bool router);

// Sends it, without waiting for anybody.  Throws nothing.
core::ActionResult announce(const core::Announcement& what, const std::filesystem::path& root);

} // namespace had::sys
