// Where an address is used that one of two hosts has at a time ([peer], `shared`).
#pragma once

#include "had/core/config/config.hpp"

#include <optional>
#include <string>

namespace had::core {

struct SharedPlace {
    std::string interface;                    // a bond or VLAN with an address in its network
    IpPrefix own;                             // that one
    std::string fault_file;                   // empty: none
    bool broadcast = false;                   // it is a broadcast address there
};
// Nothing: no bond and no VLAN of the file is in its network.  Of two the smaller network counts, as for the kernel.
std::optional<SharedPlace> shared_place(const Config& config, const IpPrefix& address);
// Why two hosts cannot have this address there in turn, with what to give.  Nothing: they can.
std::optional<std::string> wrong_there(const IpPrefix& address, const SharedPlace& place);
// The peer's LAN on it, counted from 0, by which VRRP hears the other host.
std::optional<std::size_t> shared_lan(const PeerConfig& peer, const SharedPlace& place, IpFamily family);
// Whether a peer shares an address that is used on this interface.
bool is_shared_on(const Config& config, const std::string& interface);

} // namespace had::core
