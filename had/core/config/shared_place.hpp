// Where an address is used that one of two hosts has at a time ([peer], `shared`).
#pragma once

#include "had/core/config/config.hpp"

#include <optional>
#include <string>

namespace had::core {

struct SharedPlace {
    std::string interface;                    // a bond or VLAN with an address in its network
    IpAddress own;                            // that one
    std::string fault_file;                   // empty: none
};
// Nothing: no bond and no VLAN of the file is in its network.
std::optional<SharedPlace> shared_place(const Config& config, const IpPrefix& address);
// The peer's LAN on it, counted from 0, by which VRRP hears the other host.
std::optional<std::size_t> shared_lan(const PeerConfig& peer, const SharedPlace& place, IpFamily family);
// Whether a peer shares an address that is used on this interface.
bool is_shared_on(const Config& config, const std::string& interface);

} // namespace had::core
