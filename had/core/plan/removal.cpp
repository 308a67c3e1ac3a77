// What the daemon has made and the file no longer names.  What it has not made is left alone.  So is what is
// going by itself: a device that has already left the bus is not released.
#include "had/core/plan/plan.hpp"
#include "had/core/plan/service.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

bool contains(const std::vector<IpPrefix>& prefixes, const IpPrefix& prefix) {
    return std::find(prefixes.begin(), prefixes.end(), prefix) != prefixes.end();
}

const RoleConfig* role_of_link(const Situation& s, Ifindex index) {
    const PlacedPort* port = s.chassis.port(index);
    if (!port) return nullptr;
    const PlacedSlot& slot = s.chassis.slots.at(port->name.slot);
    return slot.configured && slot.controlled ? port->role : nullptr;
}

void release_members(const Situation& s, Plan& plan) {
    for (const auto& [index, bond] : s.owned.members) {
        const Link* link = s.observed.link(index);
        const Link* master = link ? s.observed.link(link->master) : nullptr;
        if (!master || master->name != bond) continue;
        if (!s.observed.devices.contains(index)) continue;
        const RoleConfig* role = role_of_link(s, index);
        if (role) continue;                    // plan_ports moves it to where it belongs
        plan.actions.push_back({.operation = Release{{index, link->name}, {master->index, bond}},
                                .reason = fmt::format("{}: nothing names it any more", s.file),
                                .object = object_of(s, *link)});
    }
}

void remove_port_addresses(const Situation& s, Plan& plan) {
    for (const auto& [index, prefix] : s.owned.port_addresses) {
        const Link* link = s.observed.link(index);
        const Address* have = s.observed.address(index, prefix);
        if (!link || !have) continue;
        const RoleConfig* role = role_of_link(s, index);
        if (role && (!role->bond.empty() || contains(role->net.addresses, prefix))) continue;
        const ServiceConfig* service = service_at(s, *link);
        if (service && contains(service->net.addresses, prefix)) continue;
        plan.actions.push_back({.operation = RemoveAddress{{index, link->name}, prefix, have->peer},
                                .reason = fmt::format("{}: the address is not named any more", s.file),
                                .object = object_of(s, *link)});
    }
}

bool has_section(const Config& config, const std::string& name) {
    bool found = false;
    for_each_interface(config, [&](const auto& interface) { found = found || interface.name == name; });
    return found;
}

void restore_mtus(const Situation& s, Plan& plan) {
    const std::optional<std::uint32_t> none;                   // the file says nothing of it
    for (const auto& entry : s.observed.links) {
        const Link& link = entry.second;
        const bool port = s.owned.port_mtus.contains(link.index);
        const bool named = s.owned.named_mtus.contains(link.name) && !has_section(s.config, link.name) &&
                           !s.owned.bonds.contains(link.name) && !s.owned.vlans.contains(link.name);
        if (!named && (!port || link.master != 0 || role_of_link(s, link.index) || service_at(s, link))) continue;
        const ObjectId object = object_of(s, link);
        plan_mtu(s, {.wanted = none, .link = link, .port = port}, plan.notes[object],
                 [&](Operation operation, std::string_view what) {
                     plan.actions.push_back({.operation = std::move(operation),
                                             .reason = fmt::format("{}: {}", s.file, what),
                                             .object = object});
                 });
    }
}

void lower_ports(const Situation& s, Plan& plan) {
    for (const Ifindex index : s.owned.raised) {
        const Link* link = s.observed.link(index);
        if (!link || !link->up || link->master != 0 || role_of_link(s, index) || is_of_service(s, *link))
            continue;
        // One of a service may have no device of the chassis' bus.
        const bool elsewhere = !link->kind.empty() || link->parent_bus == "usb";
        if (!elsewhere && !s.observed.devices.contains(index)) continue;
        // With the address that its card has, where the daemon had given it another.
        const auto given = s.owned.bond_macs.find(link->name);
        const bool readdressed = given != s.owned.bond_macs.end() && given->second == link->address &&
                                 link->permanent && *link->permanent != link->address;
        plan.actions.push_back({.operation = SetLink{.link = {index, link->name},
                                                     .up = false,
                                                     .address = readdressed ? link->permanent : std::nullopt,
                                                     .port = true},
                                .reason = fmt::format("{}: nothing names it any more", s.file),
                                .object = object_of(s, *link)});
    }
}

void remove_named_addresses(const Situation& s, Plan& plan) {
    for (const auto& [name, prefix] : s.owned.bond_addresses) {
        const Link* link = s.observed.link(name);
        const BondConfig* bond = s.config.bond(name);
        const VlanConfig* vlan = s.config.vlan(name);
        const Addressing* net = bond ? &bond->net : vlan ? &vlan->net : nullptr;
        const bool goes = s.owned.bonds.contains(name) || s.owned.vlans.contains(name);
        const Address* have = link ? s.observed.address(link->index, prefix) : nullptr;
        if (!have || (name == loopback && is_peer_source(s.config, prefix))) continue;
        // With what had made its addresses go.
        if (net ? contains(net->addresses, prefix) : goes) continue;
        plan.actions.push_back({.operation = RemoveAddress{{link->index, name}, prefix, have->peer},
                                .reason = fmt::format("{}: the address is not named any more", s.file),
                                .object = object_of(s, *link)});
    }
}

void delete_bonds(const Situation& s, Plan& plan) {
    for (const std::string& name : s.owned.bonds) {
        const Link* link = s.owned.find(s.observed, name);
        if (!link || s.config.bond(name)) continue;
        plan.actions.push_back(
            {.operation = DeleteLink{{link->index, name}},
             .reason = fmt::format("{}: the daemon made it, and there is no [bond {}] any more", s.file, name),
             .object = bond_id(name)});
    }
}

} // namespace

void plan_removals(const Situation& s, Plan& plan) {
    release_members(s, plan);
    remove_routes(s, plan);
    remove_rules(s, plan);
    remove_port_addresses(s, plan);
    restore_mtus(s, plan);
    restore_tuning(s, plan);
    lower_ports(s, plan);
    remove_named_addresses(s, plan);
    delete_bonds(s, plan);
}

} // namespace had::core
