// Routes against the addresses beside them, and against each other.
#include "had/core/config/check.hpp"
#include "had/core/config/group_route.hpp"
#include "had/core/config/host.hpp"
#include "had/core/config/route.hpp"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace had::core {

namespace {

class RouteCheck {
public:
    void of(const std::string& kind, const std::string& name, const Addressing& net) {
        const Notes notes{parsing_.diagnostics, name};
        // Refused addresses are errors already; what they would reach is unknown.
        const bool known = !net.addresses.empty() || !parsing_.has(kind + " " + name, "address");
        const std::vector<Leading> leading = leading_of(net);
        for (const RouteConfig& route : net.routes) {
            if (known && route.way.via) gateway(route, net, leading, notes);
            if (route.way.source) source(route, notes);
            place(route, name, notes);
            beside_the_kernels(route, notes);
        }
        for (const RuleConfig& rule : net.rules) this->rule(rule, name, notes);
    }

    void of_group(const FailoverConfig& group) {
        const Notes notes{parsing_.diagnostics, "failover " + group.name};
        for (const GroupRoute& route : group.routes) {
            std::set<RouteKey> keys;          // members of two IP versions have two default routes
            for (const std::string& member : group.members)
                keys.insert(group_route(parsing_.config, route, member).key);
            for (const RouteKey& key : keys) {
                RouteConfig config;
                config.destination = key.destination;
                config.metric = key.metric;
                config.table = key.table;
                config.line = route.line;
                place(config, group.name, notes);
                beside_the_kernels(config, notes);
            }
        }
    }

    // The kernel makes none for a single host, nor for a network that begins with 0 (ipv4_is_zeronet()), as that of
    // 10.0.1.1/4 does.
    static bool has_connected_route(const IpPrefix& prefix) {
        const bool zero = prefix.address.family == IpFamily::v4 && network_of(prefix).bytes[0] == 0;
        return !zero && prefix.length < prefix.address.size() * 8;
    }

    // The networks to which the kernel itself has a route as soon as the address is there (fib_frontend.c
    // fib_add_ifaddr).  That to fe80::/64 is on every interface.
    explicit RouteCheck(Parsing& parsing) : parsing_(parsing) {
        connected_.emplace(*ip_prefix_from("fe80::/64"), "every interface");
    }

    void connected(const std::string& name, const Addressing& net) {
        for (const IpPrefix& prefix : net.addresses)
            if (addresses_.insert(prefix.address); has_connected_route(prefix))
                connected_.try_emplace(IpPrefix{network_of(prefix), prefix.length}, name);
    }

private:
    struct First {
        std::string name;
        Line line;
    };

    // A route that has no gateway itself may lead to one.
    struct Leading {
        IpPrefix destination;
        std::uint32_t table;
    };
    static std::vector<Leading> leading_of(const Addressing& net) {
        std::vector<Leading> all;
        for (const RouteConfig& route : net.routes)
            if (!route.way.via && !route.way.blackhole && route.destination->length > 0)
                all.push_back({*route.destination, route_of(route).key.table});
        return all;
    }

    // The kernel refuses a route whose gateway is reached only by another route.
    static void gateway(const RouteConfig& route, const Addressing& net, const std::vector<Leading>& leading,
                        const Notes& notes) {
        const auto& all = net.addresses;
        const IpAddress& via = *route.way.via;
        const auto same = [&](const IpPrefix& prefix) { return prefix.address == via; };
        const auto reaches = [&](const IpPrefix& prefix) {
            return has_connected_route(prefix) && is_on_link(via, prefix);
        };
        // In the same table or in the main one (net/ipv4/fib_semantics.c).
        const std::uint32_t table = route_of(route).key.table;
        const auto leads = [&](const Leading& other) {
            return (other.table == main_table || other.table == table) &&
                   other.destination.address.family == via.family && is_on_link(via, other.destination);
        };
        if (std::any_of(all.begin(), all.end(), same)) {
            notes.error(route.line, "gateway {} is an address of its own", to_string(via));
        } else if (is_broadcast(via, net)) {
            notes.error(route.line, "gateway {} is a broadcast address, no host", to_string(via));
        } else if (!route.way.onlink && !is_link_local(via) && std::none_of(all.begin(), all.end(), reaches) &&
                   std::none_of(leading.begin(), leading.end(), leads)) {
            notes.error(route.line,
                        "gateway {} is in the network of no 'address' here; where it is on the link all the same, say "
                        "'onlink' behind it",
                        to_string(via));
        }
    }

    // The kernel takes an address of this machine only, and an address of another program may go.
    void source(const RouteConfig& route, const Notes& notes) const {
        if (!addresses_.contains(*route.way.source))
            notes.error(route.line, "src {} is no 'address' of this file", to_string(*route.way.source));
    }

    // Of two with one priority the one that was made first counts: nobody can tell which.  Those that are taken meet
    // nobody, so the one that meets a new rule is its neighbour in their order.
    void rule(const RuleConfig& config, const std::string& name, const Notes& notes) {
        const Rule& rule = config.rule;
        const auto next = rules_.lower_bound({rule.priority, rule.from});
        if (next != rules_.end() && is_met(config, *next, notes)) return;
        if (next != rules_.begin() && is_met(config, *std::prev(next), notes)) return;
        rules_.emplace(std::pair(rule.priority, rule.from), TakenRule{rule.table, {name, config.line}});
    }

    struct TakenRule {
        std::uint32_t table;
        First first;
    };
    using TakenRules = std::map<std::pair<std::uint32_t, IpPrefix>, TakenRule>;      // by priority and prefix

    static bool is_met(const RuleConfig& config, const TakenRules::value_type& taken, const Notes& notes) {
        const Rule& rule = config.rule;
        const auto& [priority, from] = taken.first;
        const First& first = taken.second.first;
        const bool meet = priority == rule.priority && from.address.family == rule.from.address.family &&
                          (is_on_link(from.address, rule.from) || is_on_link(rule.from.address, from));
        if (!meet) return false;
        if (from == rule.from && taken.second.table == rule.table)
            notes.error(config.line, "rule {} is also that of {}, {}", to_string(rule), first.name, first.line);
        else
            notes.error(config.line, "{} and {} of {}, {}, meet: give one of them another 'priority'",
                        to_string(rule.from), to_string(from), first.name, first.line);
        return true;
    }

    // The kernel's own route has metric 0 with IPv4 or 256 with IPv6, and is in the main table.
    void beside_the_kernels(const RouteConfig& config, const Notes& notes) const {
        const RouteKey key = route_of(config).key;
        if (key.table == local_table)
            return notes.error(config.line, "table 255 is the kernel's own, give another");
        const bool v4 = key.destination.address.family == IpFamily::v4;
        const auto owner = connected_.find(key.destination);
        if (key.table != main_table || key.metric != (v4 ? 0 : 256) || owner == connected_.end()) return;
        notes.error(config.line, "the kernel has a route to {} itself, by the address of {}: give this one {} 'metric'",
                    to_string(key.destination), owner->second, v4 ? "a" : "another");
    }

    // Routes that the kernel cannot tell apart are one route.
    void place(const RouteConfig& config, const std::string& name, const Notes& notes) {
        const Route route = route_of(config);
        const auto [at, inserted] = seen_.try_emplace(route.key, First{name, config.line});
        if (inserted || exclude_each_other(parsing_.config, name, at->second.name)) return;
        const IpPrefix& destination = route.key.destination;
        notes.error(config.line,
                    "{} is also that of {}, {}: give one of them a 'metric' of its own",
                    destination.length == 0 ? "a default route" : "route " + to_string(destination),
                    at->second.name, at->second.line);
    }

    Parsing& parsing_;
    std::map<RouteKey, First> seen_;
    TakenRules rules_;
    std::set<IpAddress> addresses_;                                  // of all sections
    std::map<IpPrefix, std::string> connected_;                      // -> whose address
};

} // namespace

// Those of a config that names a bond are an error already.
void check_routes(Parsing& parsing) {
    RouteCheck check(parsing);
    for (const BondConfig& bond : parsing.config.bonds) check.connected(bond.name, bond.net);
    for (const RoleConfig& role : parsing.config.configs) check.connected(role.name, role.net);
    for (const VlanConfig& vlan : parsing.config.vlans) check.connected(vlan.name, vlan.net);
    for (const ServiceConfig& service : parsing.config.services) check.connected(service.name, service.net);
    for (const BondConfig& bond : parsing.config.bonds) check.of("bond", bond.name, bond.net);
    for (const RoleConfig& role : parsing.config.configs)
        if (role.bond.empty()) check.of("config", role.name, role.net);
    for (const VlanConfig& vlan : parsing.config.vlans) check.of("vlan", vlan.name, vlan.net);
    for (const ServiceConfig& service : parsing.config.services) check.of("service", service.name, service.net);
    for (const FailoverConfig& group : parsing.config.failovers) check.of_group(group);
}

} // namespace had::core
