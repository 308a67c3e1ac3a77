#include "had/core/config/shared_place.hpp"

#include "had/core/config/route.hpp"

#include <algorithm>

namespace had::core {

std::optional<SharedPlace> shared_place(const Config& config, const IpPrefix& address) {
    std::optional<SharedPlace> place;
    for_each_interface(config, [&](const auto& one) {
        for (const IpPrefix& own : one.net.addresses)
            if (!place && is_on_link(address.address, own))
                place = SharedPlace{one.name, own.address, one.watched.fault_file};
    });
    return place;
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
