// Bonds and VLANs that another hand has renamed, also while the daemon was stopped: they are known by their indexes.
#include "had/core/plan/plan.hpp"

#include <fmt/format.h>

namespace had::core {
namespace {

void give_back(const Situation& s, Plan& plan, const ObjectId& object, const Line& line, bool& first) {
    const Link* link = renamed(s, object.name);
    if (!link) return;
    const RenameLink name{.link = {link->index, link->name}, .to = object.name, .up = link->up};
    // What is tried already, or left to the other hand, holds up nothing.
    first = first || (!s.attempts.find(name) && !s.owned.left_alone(name.key(), s.now));
    plan.actions.push_back({.operation = name,
                            .reason = fmt::format("{}: [{} {}]: it is called {}", line.in(s.file),
                                                  link->kind, object.name, link->name),
                            .object = object});
}

} // namespace

const Link* renamed(const Situation& s, const std::string& name) {
    if (s.observed.link(name)) return nullptr;
    const Link* link = s.owned.find(s.observed, name);
    const std::string_view kind = s.config.bond(name) ? "bond" : s.config.vlan(name) ? "vlan" : "";
    const bool wanted = link && (s.config.bond(link->name) || s.config.vlan(link->name));    // by that name, too
    return link && link->kind == kind && !wanted ? link : nullptr;
}

bool tell_renamed(const Situation& s, const std::string& name, Note& note) {
    const Link* link = renamed(s, name);
    if (!link) return false;
    const Attempt* tried = s.attempts.find(RenameLink{.link = {link->index, link->name}, .to = name});
    note.add_problem(fmt::format("another hand has renamed it to {}{}", link->name,
                                 tried && tried->failures > 0 ? ": " + tried->result.text : ""));
    return true;
}

bool plan_names(const Situation& s, const Worklist& worklist, Plan& plan) {
    bool first = false;
    for_each_bond(s.config, worklist, [&](std::size_t, const BondConfig& bond) {
        give_back(s, plan, bond_id(bond.name), bond.line, first);
    });
    for (const VlanConfig& vlan : s.config.vlans) give_back(s, plan, vlan_id(vlan.name), vlan.line, first);
    return first;
}

} // namespace had::core
