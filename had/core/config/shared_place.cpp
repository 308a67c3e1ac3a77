#include "had/core/config/shared_place.hpp"

#include "had/core/config/host.hpp"
#include "had/core/config/route.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::core {

std::optional<SharedPlace> shared_place(const Config& config, const IpPrefix& address) {
    std::optional<SharedPlace> place;
    for_each_interface(config, [&](const auto& one) {
        for (const IpPrefix& own : one.net.addresses)
            if (is_on_link(address.address, own) && (!place || place->own.length < own.length))
                place = SharedPlace{one.name, own, one.watched.fault_file, is_broadcast(address.address, one.net)};
    });
    return place;
}

// keepalived adds it with its length, and another length than that of the network is another route.
std::optional<std::string> wrong_there(const IpPrefix& address, const SharedPlace& place) {
    const std::string name = to_string(address.address);
    const unsigned most = address.address.family == IpFamily::v4 ? 32 : 128;
    if (place.broadcast) return fmt::format("{} is a broadcast address of {}, no host", name, place.interface);
    if (place.own.length < most - 1 && network_of(place.own) == address.address)
        return fmt::format("{} is the network of {} itself, no host", name, place.interface);
    if (address.length != place.own.length && address.length != most)
        return fmt::format("{} has another length than {} of {}: give {}/{}", to_string(address), to_string(place.own),
                           place.interface, name, place.own.length);
    return std::nullopt;
}

std::optional<std::size_t> shared_lan(const PeerConfig& peer, const SharedPlace& place, IpFamily family) {
    for (std::size_t i = 0; i < peer.lans.size(); ++i)
        if (peer.lans[i].on == place.interface && peer.lans[i].address.family == family) return i;
    return std::nullopt;
}

bool is_shared_on(const Config& config, const std::string& interface) {
    return std::any_of(config.peers.begin(), config.peers.end(), [&](const PeerConfig& peer) {
        return std::any_of(peer.shared.begin(), peer.shared.end(), [&](const IpPrefix& address) {
            const auto place = shared_place(config, address);
            return place && place->interface == interface;
        });
    });
}

} // namespace had::core
