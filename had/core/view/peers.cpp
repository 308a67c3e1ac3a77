// Other hosts, and by which LAN they are reached.
#include "had/core/config/peer_route.hpp"
#include "had/core/view/derive.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {

namespace {

PeerLanView lan_view(const Situation& s, const PeerLan& lan) {
    PeerLanView view{.lan = lan.on, .interface = {}, .address = lan.address, .text = {}};
    const Link* link = s.observed.link(s.chassis.resolve(lan.on, s.observed));
    if (link) view.interface = link->name;
    return view;
}

std::vector<std::string> routes_to(const Situation& s, const PeerConfig& peer) {
    std::vector<std::string> routes;
    for (const RouteKey& key : peer_route_keys(peer))
        if (const auto seen = s.observed.routes.find(key); seen != s.observed.routes.end())
            routes.push_back(to_string(Route{key, seen->second.way}));
    return routes;
}

// The daemon of a host may be dead, or ended, while the host is well: so nothing here says that the host is down.
Health health_of(const PeerView& view) {
    const auto any = [&](auto is) { return std::any_of(view.lans.begin(), view.lans.end(), is); };
    const bool some = any([](const PeerLanView& lan) { return lan.usable(); });
    const bool others = any([](const PeerLanView& lan) { return !lan.usable(); });
    if (any([](const PeerLanView& lan) { return lan.lost(); })) return some ? Health::degraded : Health::down;
    if (others || !some) return Health::absent;
    const bool lame = std::any_of(view.shared.begin(), view.shared.end(),
                                  [](const SharedView& shared) { return !shared.text.empty(); });
    return view.problem.empty() && !lame ? Health::healthy : Health::degraded;
}

SharedView shared_view(const SharedFinding& finding) {
    return {.address = finding.address, .interface = finding.interface, .here = finding.here, .there = finding.there,
            .split = finding.split, .nobody = finding.nobody, .text = finding.text};
}

PeerView peer_view(const Situation& s, const Plan& plan, const PeerConfig& config) {
    PeerView view;
    view.name = config.name;
    view.service = config.service;
    view.from = config.from;
    view.role = config.role;
    view.routes = routes_to(s, config);
    take_note(view, plan);
    for (const PeerLan& lan : config.lans) view.lans.push_back(lan_view(s, lan));
    const auto at = s.peers.find(config.name);
    if (at != s.peers.end()) {
        view.advice = at->second.advice;
        for (const SharedFinding& finding : at->second.shared) view.shared.push_back(shared_view(finding));
        for (std::size_t i = 0; i < view.lans.size() && i < at->second.lans.size(); ++i) {
            const LanFinding& finding = at->second.lans[i];
            view.lans[i].state = finding.state;
            view.lans[i].link = finding.link;
            view.lans[i].peer_hears = finding.peer_hears;
            view.lans[i].text = finding.text;
        }
        if (at->second.chosen < view.lans.size()) view.lans[at->second.chosen].used = true;
    }
    if (const Attempt* failed = failed_attempt(s, plan, id_of(view)); failed && view.problem.empty())
        view.problem = failure_text(*failed);
    view.health = health_of(view);
    if (view.health == Health::absent && view.doing.empty()) view.doing = "waiting for its first word";
    if (view.contested && is_impaired(view.health)) view.health = Health::contested;
    return view;
}

} // namespace

const PeerLanView* PeerView::used() const {
    const auto at = std::find_if(lans.begin(), lans.end(), [](const PeerLanView& lan) { return lan.used; });
    return at == lans.end() ? nullptr : &*at;
}

std::string how_many_serve(const PeerView& peer) {
    const auto serving = std::count_if(peer.lans.begin(), peer.lans.end(),
                                       [](const PeerLanView& lan) { return lan.usable(); });
    std::string out = peer.lans.size() == 1 ? fmt::format("its LAN {}", serving == 1 ? "serves" : "does not serve")
                                             : fmt::format("{} of {} LANs serve", serving, peer.lans.size());
    std::string_view before = ": ";
    for (const PeerLanView& lan : peer.lans) {
        if (lan.usable() || lan.text.empty()) continue;
        out += fmt::format("{}{} {}", before, lan.lan, lan.text);
        before = "; ";
    }
    return out;
}

std::string_view who_has(const SharedView& shared) {
    const bool here = shared.here && shared.here->has, there = shared.there && shared.there->has;
    if (here) return there ? "on both hosts" : "on this host";
    if (there) return "on the other host";
    return shared.there ? "on no host" : "not here";
}

std::string state_of(const PeerView& peer) {
    for (const SharedView& shared : peer.shared)
        if (!shared.text.empty()) return fmt::format("{}: {}", to_string(shared.address), shared.text);
    return how_many_serve(peer);
}

void derive_peers(const Situation& s, const Plan& plan, View& view) {
    for (const PeerConfig& peer : s.config.peers) view.peers.push_back(peer_view(s, plan, peer));
}

} // namespace had::core
