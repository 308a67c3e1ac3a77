// Addresses and routes: what stands wherever had.conf has `address`.
#include "had/core/plan/plan.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

const Addressing* net_of(const Situation& s, const Link& link) {
    if (const BondConfig* bond = s.config.bond(link.name)) return &bond->net;
    if (const VlanConfig* vlan = s.config.vlan(link.name)) return &vlan->net;
    const PlacedPort* port = s.chassis.port(link.index);
    if (!port) return nullptr;
    const PlacedSlot& slot = s.chassis.slots.at(port->name.slot);
    if (!slot.configured || !slot.controlled) return nullptr;
    const RoleConfig* role = role_of(s.config, port->name);
    return role && role->bond.empty() ? &role->net : nullptr;
}

bool is_wanted(const Addressing& net, const Route& route) {
    return std::any_of(net.routes.begin(), net.routes.end(),
                       [&](const RouteConfig& config) { return route_of(config) == route; });
}

// The one that takes its place pushes it out.
bool is_replaced(const Plan& plan, const RouteKey& key) {
    return std::any_of(plan.actions.begin(), plan.actions.end(), [&](const Action& action) {
        const auto* add = std::get_if<AddRoute>(&action.operation);
        return add && add->route.key == key;
    });
}

} // namespace

ObjectId object_of(const Situation& s, const Link& link) {
    if (const PlacedPort* port = s.chassis.port(link.index)) return port_id(port->name);
    if (s.config.bond(link.name) || link.kind == "bond") return bond_id(link.name);
    if (s.config.vlan(link.name) || link.kind == "vlan") return vlan_id(link.name);
    return link_id(link.name);
}

// A route needs its interface up: the kernel drops it with the link, and had waits for the link, not for
// the clock.
void plan_net(const Situation& s, const Addressing& net, const NetOf& of, const AddStep& add) {
    for (const IpPrefix& prefix : net.addresses) {
        if (s.observed.has_address(of.link.index, prefix)) continue;
        auto given = net.broadcasts.find(prefix);
        std::optional<IpAddress> broadcast;
        if (given != net.broadcasts.end()) broadcast = given->second;
        add(AddAddress{.link = of.link, .prefix = prefix, .broadcast = broadcast, .port = of.port},
            "the address is missing");
    }
    if (!of.up) return;
    for (const RouteConfig& config : net.routes) {
        const Route route = route_of(config);
        if (s.observed.has_route(of.link.index, route)) continue;
        const bool taken = s.observed.routes.contains(route.key);
        add(AddRoute{of.link, route, taken},
            taken ? "another way is there, which the file does not name any more" : "the route is missing");
    }
}

void plan_mtu(const Situation& s, const std::optional<std::uint32_t>& wanted, const Link& link, bool port,
              const AddStep& add, std::uint32_t most) {
    const LinkRef ref{link.index, link.name};
    const auto before = s.owned.mtu_before(ref);
    if (!wanted && !before) return;
    const std::uint32_t mtu = wanted ? *wanted : std::min(*before, most);
    if (mtu != link.mtu)
        add(SetLink{.link = ref, .mtu = mtu, .port = port},
            fmt::format("its mtu is {}{}", link.mtu,
                        wanted ? "" : ", and the file says nothing of it any more"));
}

void remove_routes(const Situation& s, Plan& plan) {
    for (const auto& [key, seen] : s.observed.routes) {
        const Link* link = s.observed.link(seen.link);
        const Route route{key, seen.via};
        if (!link || is_replaced(plan, key)) continue;
        const Addressing* net = net_of(s, *link);
        if (net && is_wanted(*net, route)) continue;
        plan.actions.push_back({.operation = RemoveRoute{{link->index, link->name}, route},
                                .reason = fmt::format("{}: the route is not named any more", s.file),
                                .object = object_of(s, *link)});
    }
}

} // namespace had::core
