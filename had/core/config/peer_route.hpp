// The routes to a peer: one by each LAN, as a pair that the kernel can use by itself, and one that outranks them.
//
// The kernel takes the route of the lowest metric whose interface is there.  So the pair serves also when the daemon is
// dead.  The override is there only while the peer is reached by another LAN than the first.
#pragma once

#include "had/core/config/peer.hpp"
#include "had/core/config/route.hpp"

#include <cstddef>
#include <vector>

namespace had::core {

inline constexpr std::uint32_t peer_override_metric = 5, peer_metric_step = 10;

// TCP repeats what was lost after 200 ms at the earliest, and waits twice as long each time.  With this it has not
// got far when the route moves.  It is above the 40 ms by which Linux delays an acknowledgement (net/tcp.h
// TCP_DELACK_MIN), so that nothing is repeated for that.
inline constexpr std::uint32_t peer_rto_min = 60;

// The route to a destination by one LAN of a peer, counted from 0; `override`: the one that outranks the pair.
Route peer_route(const PeerConfig& peer, const IpPrefix& destination, std::size_t lan, bool override);
// Every place in the kernel's table that the peer's routes may take.
std::vector<RouteKey> peer_route_keys(const PeerConfig& peer);

} // namespace had::core
