// The routes to other hosts ([peer]), and the address from which this host speaks to them.
//
// A pair of routes serves without the daemon (core/config/peer_route.hpp); another one, which outranks them, says by
// which LAN the peer is reached now.  `from` is on the loopback interface, so that no card takes it along.
#include "had/core/plan/peer.hpp"

#include "had/core/config/peer_route.hpp"
#include "had/core/plan/plan.hpp"
#include "had/core/policy/extraction.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::core {
namespace {

// 0: it is not there, or its card is let go.
Ifindex link_of(const Situation& s, const PeerLan& lan) {
    const Ifindex index = s.chassis.resolve(lan.on, s.observed);
    return index != 0 && s.observed.link(index) && !is_withheld(s, index) ? index : 0;
}

std::size_t chosen(const Situation& s, const PeerConfig& peer) {
    const auto at = s.peers.find(peer.name);
    if (at == s.peers.end()) return adopted_lan(peer, s.observed);
    return at->second.chosen < peer.lans.size() ? at->second.chosen : 0;
}

// Calls f(link, route, lan) with each route that the peer is to have now.
template <class F>
void for_each_route(const Situation& s, const PeerConfig& peer, F f) {
    const std::size_t used = chosen(s, peer);
    for (std::size_t lan = 0; lan < peer.lans.size(); ++lan) {
        const Ifindex link = link_of(s, peer.lans[lan]);
        if (link == 0) continue;
        for (const IpPrefix& to : peer.destinations()) {
            if (used == lan && lan != 0) f(link, peer_route(peer, to, lan, true), lan);
            f(link, peer_route(peer, to, lan, false), lan);
        }
    }
}

IpPrefix host_prefix(const IpAddress& address) { return {address, static_cast<std::uint8_t>(address.size() * 8)}; }

class PeerSteps {
public:
    PeerSteps(const Situation& situation, Plan& plan, const PeerConfig& peer)
        : s_(situation), plan_(plan), peer_(peer), note_(plan.notes[peer_id(peer.name)]),
          why_(fmt::format("{}: [peer {}]", peer.line.in(s_.file), peer.name)) {}

    void plan() {
        source();
        for_each_route(s_, peer_, [&](Ifindex index, const Route& route, std::size_t lan) {
            const Link& link = *s_.observed.link(index);
            if (!link.up || s_.observed.has_route(index, route)) return;
            const bool taken = s_.observed.routes.contains(route.key);
            const bool moves = route.key.metric == peer_override_metric;
            add(AddRoute{{index, link.name}, route, taken},
                moves ? fmt::format("it is reached by {} now", peer_.lans[lan].on) : "the route is missing");
        });
        if (const auto at = s_.peers.find(peer_.name); at != s_.peers.end())
            for (const std::string& problem : at->second.problems) note_.add_lameness(problem);
    }

private:
    void add(Operation operation, std::string_view what) {
        plan_.actions.push_back({.operation = std::move(operation),
                                 .reason = fmt::format("{}: {}", why_, what),
                                 .object = peer_id(peer_.name)});
    }

    // Also one that another hand has given another interface will do.  Peers may share it.
    void source() {
        if (!peer_.from) return;
        for (const auto& [index, addresses] : s_.observed.addresses)
            for (const Address& address : addresses)
                if (address.prefix.address == *peer_.from) return;
        const Link* lo = s_.observed.link(loopback);
        if (!lo) return;
        AddAddress set{.link = {lo->index, lo->name}, .prefix = host_prefix(*peer_.from)};
        const auto same = [&](const Action& action) { return action.operation == Operation(set); };
        if (!std::any_of(plan_.actions.begin(), plan_.actions.end(), same)) add(set, "the address is missing");
    }

    const Situation& s_;
    Plan& plan_;
    const PeerConfig& peer_;
    Note& note_;
    std::string why_;
};

} // namespace

std::size_t adopted_lan(const PeerConfig& peer, const Observed& observed) {
    for (const IpPrefix& to : peer.destinations()) {
        const auto seen = observed.routes.find(peer_route(peer, to, 0, true).key);
        if (seen == observed.routes.end()) continue;
        for (std::size_t lan = 0; lan < peer.lans.size(); ++lan)
            if (peer.lans[lan].address == seen->second.way.via) return lan;
    }
    return 0;
}

bool is_peer_source(const Config& config, const IpPrefix& prefix) {
    return std::any_of(config.peers.begin(), config.peers.end(), [&](const PeerConfig& peer) {
        return peer.from && host_prefix(*peer.from) == prefix;
    });
}

std::map<RouteKey, SeenRoute> peer_routes(const Situation& s) {
    std::map<RouteKey, SeenRoute> routes;
    for (const PeerConfig& peer : s.config.peers)
        for_each_route(s, peer, [&](Ifindex link, const Route& route, std::size_t) {
            routes.emplace(route.key, SeenRoute{link, route.way});
        });
    return routes;
}

void plan_peers(const Situation& s, Plan& plan) {
    for (const PeerConfig& peer : s.config.peers) PeerSteps(s, plan, peer).plan();
}

} // namespace had::core
