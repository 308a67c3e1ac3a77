// Routes against the addresses beside them, and against each other.
#include "had/core/config/check.hpp"
#include "had/core/config/route.hpp"

#include <fmt/format.h>

#include <map>

namespace had::core {

namespace {

class RouteCheck {
public:
    explicit RouteCheck(Parsing& parsing) : parsing_(parsing) {}

    void of(const std::string& kind, const std::string& name, const Addressing& net) {
        const Notes notes{parsing_.diagnostics, name};
        // Addresses that were refused have been told; what they would reach is unknown.
        const bool known = !net.addresses.empty() || !parsing_.has(kind + " " + name, "address");
        for (const RouteConfig& route : net.routes) {
            if (known) gateway(route, net, notes);
            place(route, name, notes);
        }
    }

private:
    struct First {
        std::string name;
        unsigned line;
    };

    // The kernel takes no route via a gateway that it would need another route to reach.
    static void gateway(const RouteConfig& route, const Addressing& net, const Notes& notes) {
        const auto& all = net.addresses;
        const auto same = [&](const IpPrefix& prefix) { return prefix.address == route.via; };
        const auto reaches = [&](const IpPrefix& prefix) { return is_on_link(route.via, prefix); };
        if (std::any_of(all.begin(), all.end(), same)) {
            notes.error(route.line, "gateway {} is an address of its own", to_string(route.via));
        } else if (!is_link_local(route.via) && std::none_of(all.begin(), all.end(), reaches)) {
            notes.error(route.line, "gateway {} is in the network of no 'address' here",
                        to_string(route.via));
        }
    }

    // What the kernel cannot tell apart is one route.
    void place(const RouteConfig& config, const std::string& name, const Notes& notes) {
        const Route route = route_of(config);
        const auto [at, inserted] = seen_.try_emplace(route.key, First{name, config.line});
        if (inserted) return;
        const IpPrefix& destination = route.key.destination;
        notes.error(config.line,
                    "{} is also that of {}, line {}: give one of them a 'metric' of its own",
                    destination.length == 0 ? "a default route" : "route " + to_string(destination),
                    at->second.name, at->second.line);
    }

    Parsing& parsing_;
    std::map<RouteKey, First> seen_;
};

} // namespace

// Those of a config that names a bond are an error already.
void check_routes(Parsing& parsing) {
    RouteCheck check(parsing);
    for (const BondConfig& bond : parsing.config.bonds) check.of("bond", bond.name, bond.net);
    for (const RoleConfig& role : parsing.config.configs)
        if (role.bond.empty()) check.of("config", role.name, role.net);
    for (const VlanConfig& vlan : parsing.config.vlans) check.of("vlan", vlan.name, vlan.net);
}

} // namespace had::core
