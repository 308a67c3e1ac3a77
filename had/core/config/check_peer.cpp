// Peers against the networks that lead to them, against routes, and against each other.
#include "had/core/config/check.hpp"
#include "had/core/config/group_route.hpp"
#include "had/core/config/host.hpp"

#include "had/core/base/duration.hpp"
#include "had/core/base/names.hpp"
#include "had/core/config/peer_route.hpp"
#include "had/core/config/shared_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace had::core {

namespace {

// Longer nobody waits for a network that is dead.
constexpr Duration most_waited = std::chrono::minutes(1);

// What the file gives an interface.  Null: it says nothing of its addresses.
const Addressing* net_of(const Parsing& parsing, const std::string& on) {
    if (const BondConfig* bond = named(parsing.index.bonds, on)) return &bond->net;
    if (const VlanConfig* vlan = named(parsing.index.vlans, on)) return &vlan->net;
    const auto port = port_name_from(on);
    const DeviceLine* device = port ? parsing.config.device(*port) : nullptr;
    const RoleConfig* role = device ? named(parsing.index.roles, device->config) : nullptr;
    return role && role->bond.empty() ? &role->net : nullptr;
}

class PeerCheck {
public:
    PeerCheck(Parsing& parsing, const PeerConfig& peer)
        : parsing_(parsing), peer_(peer), section_("peer " + peer.name), notes_{parsing.diagnostics, section_} {}

    void all() {
        needs();
        for (const PeerLan& lan : peer_.lans) check_lan(lan);
        families();
        hosts();
        for (const IpPrefix& address : peer_.shared) share(address);
        if (!peer_.shared.empty() && peer_.role == PeerRole::responder && !has("interval"))
            notes_.warning(peer_.line, "gives no 'interval': VRRP has to wait for as long as the other host lets a LAN "
                                       "be silent, so give both hosts the same");
        if (peer_.interval * peer_.fall > most_waited)
            notes_.error(line_of("fall"), "'interval = {}' and 'fall = {}' let a dead LAN serve for {}",
                         print_duration(peer_.interval), peer_.fall, print_duration(peer_.interval * peer_.fall));
    }

private:
    [[nodiscard]] Line line_of(std::string_view key) const {
        return parsing_.line_of(section_, key, peer_.line);
    }
    [[nodiscard]] bool has(std::string_view key) const { return parsing_.has(section_, key); }

    void needs() {
        if (parsing_.misspelt.contains(section_)) return;
        if (!has("lan")) notes_.error(peer_.line, "needs 'lan = INTERFACE ADDRESS' for each network that leads to it");
        if (!has("key"))
            notes_.error(peer_.line, "needs 'key = file PATH ID': whoever can send to this host could move its routes "
                                     "otherwise; `openssl rand -hex 32` makes one");
        if (has("from") && !has("service") && !has("prefix"))
            notes_.error(line_of("from"), "'from' is for routes: give 'service' or 'prefix' as well");
        const bool routes = has("service") || has("prefix");
        if (routes && !has("from"))
            notes_.warning(peer_.line, "without 'from' what this host sends has the address of a LAN, and its "
                                       "connections end when that card is pulled");
        if (routes && peer_.lans.size() == 1)
            notes_.warning(line_of("lan"), "has only one LAN: nothing takes over when it fails");
        if (!routes && has("failback"))
            notes_.error(line_of("failback"), "'failback' is for routes, and there are none");
    }

    void check_lan(const PeerLan& lan) {
        if (parsing_.index.bonds.contains(lan.on) || parsing_.index.vlans.contains(lan.on)) return reach(lan);
        const auto port = port_name_from(lan.on);
        const DeviceLine* device = port ? parsing_.config.device(*port) : nullptr;
        const RoleConfig* role = device ? named(parsing_.index.roles, device->config) : nullptr;
        if (role && !role->bond.empty())
            return notes_.error(lan.line, "{} is a port of {}, give 'lan = {} {}'", lan.on, role->bond, role->bond,
                                to_string(lan.address));
        if (role) return reach(lan);
        if (const auto wrong = port ? std::nullopt : wrong_interface_name(lan.on))
            return notes_.error(lan.line, "'{}' is no interface: it {}", lan.on, *wrong);
        if (port)
            notes_.error(lan.line, "no line of [devices] names {}{}", lan.on, suggest_slot(parsing_, port->slot));
    }

    void reach(const PeerLan& lan) {
        const Addressing* net = net_of(parsing_, lan.on);
        if (!net || net->addresses.empty() || is_link_local(lan.address)) return;
        bool reached = false;
        for (const IpPrefix& own : net->addresses) {
            if (own.address == lan.address)
                return notes_.error(lan.line, "{} is this host's own address on {}: give the peer's",
                                    to_string(lan.address), lan.on);
            reached = reached || is_on_link(lan.address, own);
        }
        if (is_broadcast(lan.address, *net))
            notes_.error(lan.line, "{} is a broadcast address of {}, no host", to_string(lan.address), lan.on);
        else if (!reached)
            notes_.error(lan.line, "{} is in the network of no address of {}", to_string(lan.address), lan.on);
    }

    // A route's gateway is of the version of its destination.
    void families() {
        for (const PeerLan& lan : peer_.lans) {
            for (const IpPrefix& to : peer_.destinations())
                if (to.address.family != lan.address.family)
                    return notes_.error(lan.line, "{} and {}, which is routed by it, are of two IP versions",
                                        to_string(lan.address), to_string(to));
            if (peer_.from && peer_.from->family != lan.address.family)
                return notes_.error(line_of("from"), "{} and the LAN address {} are of two IP versions",
                                    to_string(*peer_.from), to_string(lan.address));
        }
    }

    void hosts() {
        if (peer_.service && peer_.service == peer_.from)
            notes_.error(line_of("service"),
                         "'service' is the same as 'from': one is the peer's, the other this host's");
        for (const PeerLan& lan : peer_.lans)
            if (peer_.service == lan.address || peer_.from == lan.address)
                notes_.error(lan.line, "{} is a service address: a LAN has an address of its own",
                             to_string(lan.address));
    }

    // What keepalived and the daemon need to keep it on one host (hadctl pair setup).
    void share(const IpPrefix& address) {
        const std::string name = to_string(address.address);
        const auto place = shared_place(parsing_.config, address);
        if (!place)
            return notes_.error(line_of("shared"), "{} is in the network of no bond and no VLAN", name);
        const std::string& on = place->interface;
        if (const auto wrong = wrong_there(address, *place)) return notes_.error(line_of("shared"), "{}", *wrong);
        if (std::any_of(peer_.lans.begin(), peer_.lans.end(),
                        [&](const PeerLan& lan) { return lan.address == address.address; }))
            return notes_.error(line_of("shared"), "{} is the peer's own address: give the one that both hosts have in "
                                                   "turn", name);
        if (place->fault_file.empty())
            notes_.error(line_of("shared"), "{} has no fault_file, by which keepalived is told to leave {} alone", on,
                         name);
        if (!shared_lan(peer_, *place, address.address.family))
            notes_.error(line_of("shared"), "VRRP moves {} over {}, and no 'lan' is on it: give 'lan = {} ADDRESS'",
                         name, on, on);
        else if (peer_.lans.size() == 1)
            notes_.warning(line_of("shared"), "nothing but {} leads to it: when VRRP loses the other host nobody knows "
                                              "whether it lives; give a 'lan' on a private link", on);
    }

    Parsing& parsing_;
    const PeerConfig& peer_;
    std::string section_;
    Notes notes_;
};

// What two peers, or a peer and another section, cannot both have.
class Together {
public:
    explicit Together(Parsing& parsing) : parsing_(parsing) {
        const auto note = [&](const std::string& name, const Addressing& net) {
            for (const IpPrefix& own : net.addresses) own_.emplace(own.address, name);
            for (const RouteConfig& route : net.routes) routes_.emplace(route_of(route).key, name);
        };
        for_each_interface(parsing.config, [&](const auto& one) { note(one.name, one.net); });
        for (const RoleConfig& role : parsing.config.configs) note(role.name, role.net);
        for (const ServiceConfig& service : parsing.config.services) note(service.name, service.net);
        for (const FailoverConfig& group : parsing.config.failovers)
            for (const RouteKey& key : group_route_keys(parsing.config, group)) routes_.emplace(key, group.name);
    }

    void add(const PeerConfig& peer) {
        const Notes notes{parsing_.diagnostics, "peer " + peer.name};
        for (const PeerLan& lan : peer.lans) {
            const auto [at, first] = asked_.emplace(std::pair(lan.on, lan.address), peer.name);
            if (!first)
                notes.error(lan.line, "{} on {} is asked as peer {} already: nobody could tell their answers apart",
                            to_string(lan.address), lan.on, at->second);
        }
        for (const IpPrefix& address : peer.shared) {
            const auto [at, first] = shared_.emplace(address.address, peer.name);
            const auto own = own_.find(address.address);
            if (!first)
                notes.error(peer.line, "{} is shared with peer {} already", to_string(address.address), at->second);
            else if (own != own_.end())
                notes.error(peer.line, "shared {} is an address of this host's {}, which keeps it",
                            to_string(at->first), own->second);
            else by_its_file(peer, address);
        }
        if (peer.service)
            if (const auto own = own_.find(*peer.service); own != own_.end())
                notes.error(peer.line, "service {} is an address of this host's {}", to_string(*peer.service),
                            own->second);
        for (const RouteKey& key : peer_route_keys(peer)) {
            const auto [at, first] = routes_.emplace(key, "peer " + peer.name);
            if (first) continue;
            notes.error(peer.line, "the route to {} with metric {} is also that of {}", to_string(key.destination),
                        key.metric, at->second);
            break;
        }
    }

private:
    // A host that is kept from one address by that file loses the other one.  Told once a section and interface.
    void by_its_file(const PeerConfig& peer, const IpPrefix& address) {
        const auto place = shared_place(parsing_.config, address);
        if (!place || place->fault_file.empty() || wrong_there(address, *place)) return;
        const std::string& on = place->interface;
        const std::string section = "peer " + peer.name;
        const Line line = parsing_.line_of(section, "shared", peer.line);
        const Notes notes{parsing_.diagnostics, section};
        const auto [at, first] = on_file_.emplace(std::pair(on, address.address.family), address.address);
        if (!first && two_told_.emplace(peer.name, on).second)
            notes.error(line, "{} and {} have one fault_file, that of {}: a host that is kept from one loses both; "
                              "where they move together give one of them here, and both in keepalived's "
                              "virtual_ipaddress; else give each a VLAN",
                        to_string(at->second), to_string(address.address), on);
        if (!is_given_up(on) && unwatched_told_.insert(on).second)
            notes.warning(line, "no monitor of {} says 'action = fault': keepalived keeps {} on this host when no port "
                                "of {} has a way", on, to_string(address.address), on);
    }

    // Whether keepalived is told when the ways of the interface are dead.
    [[nodiscard]] bool is_given_up(const std::string& interface) const {
        const Config& config = parsing_.config;
        bool told = false;
        for_each_interface(config, [&](const auto& one) {
            for (const std::string& name : one.watched.monitors)
                if (const MonitorConfig* monitor = config.monitor(name); monitor && one.name == interface)
                    told = told || monitor->action == MonitorAction::fault;
        });
        return told;
    }

    Parsing& parsing_;
    std::map<IpAddress, std::string> own_;
    std::map<RouteKey, std::string> routes_;
    std::map<IpAddress, std::string> shared_;
    std::map<std::pair<std::string, IpFamily>, IpAddress> on_file_;
    std::set<std::pair<std::string, std::string>> two_told_;
    std::set<std::string> unwatched_told_;
    std::map<std::pair<std::string, IpAddress>, std::string> asked_;
};

} // namespace

void check_peers(Parsing& parsing) {
    Together together(parsing);
    for (const PeerConfig& peer : parsing.config.peers) {
        PeerCheck(parsing, peer).all();
        together.add(peer);
    }
}

} // namespace had::core
