// By which LAN a peer is reached, as far as the kernel's routes tell.
#pragma once

#include "had/core/config/peer.hpp"
#include "had/core/world/observed.hpp"

#include <cstddef>

namespace had::core {

// After an end of the daemon the routes lead where they led before: by the LAN of the override, else by the first.
std::size_t adopted_lan(const PeerConfig& peer, const Observed& observed);

} // namespace had::core
