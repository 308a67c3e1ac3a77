#include "had/core/config/peer_route.hpp"

namespace had::core {

Route peer_route(const PeerConfig& peer, const IpPrefix& destination, std::size_t lan, bool override) {
    const std::uint32_t metric =
        override ? peer_override_metric : peer_metric_step * static_cast<std::uint32_t>(lan + 1);
    return {.key = {.destination = destination, .metric = metric, .table = main_table},
            .way = {.via = peer.lans[lan].address, .source = peer.from, .rto_min = peer_rto_min}};
}

std::vector<RouteKey> peer_route_keys(const PeerConfig& peer) {
    std::vector<RouteKey> keys;
    for (const IpPrefix& destination : peer.destinations())
        for (std::size_t lan = 0; lan < peer.lans.size(); ++lan) {
            if (lan == 0) keys.push_back(peer_route(peer, destination, lan, true).key);
            keys.push_back(peer_route(peer, destination, lan, false).key);
        }
    return keys;
}

} // namespace had::core
