// Why an order about a bond or a port cannot be taken.
#include "had/core/base/diagnostics.hpp"
#include "had/core/policy/failover.hpp"
#include "had/core/policy/orders.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

Refusal no_such(std::string text) { return {true, std::move(text)}; }
Refusal refused(std::string text) { return {false, std::move(text)}; }

std::string members_of(const Situation& s, const Link& bond) {
    std::string names;
    for (const Ifindex index : s.observed.slaves_of(bond.index))
        names += fmt::format("{}{}", names.empty() ? "" : ", ", lasting_name(s, index));
    return names.empty() ? "it has none" : "it has " + names;
}

// A port that had.conf or the chassis knows, and that has no interface now.
Refusal not_there(const Situation& s, const std::string& port) {
    const auto name = port_name_from(port);
    if (!name || (!s.config.device(*name) && !s.chassis.port(*name)))
        return no_such(fmt::format("{}: no such port or interface", port));
    auto slot = s.chassis.slots.find(name->slot);
    if (slot == s.chassis.slots.end() || slot->second.functions.empty())
        return refused(fmt::format("{} is absent: slot {} is empty", port, name->slot));
    return refused(s.chassis.port(*name) ? fmt::format("{} has no network device yet", port)
                                         : fmt::format("{} is absent: the card in slot {} has no such port",
                                                       port, name->slot));
}

// What contradicts the link of a bond's port; empty: nothing.  The bond would not move to it, whoever orders it.
std::string doubt_of(const Situation& s, const std::string& bond, Ifindex port) {
    const auto standing = s.standings.find(port);
    if (standing == s.standings.end() || !standing->second.doubt()) return "";
    if (!standing->second.by_path)
        return fmt::format("it has no link, says {}", to_string(standing->second.by_card->by));
    if (const auto watched = s.paths.find(bond); watched != s.paths.end())
        for (const MonitorState& state : watched->second)
            if (const Finding* finding = state.of(port); finding && finding->doubted)
                return fmt::format("{}: {}", state.monitor, finding->text);
    return "its path is dead";
}

} // namespace

std::string lasting_name(const Situation& s, Ifindex index) {
    if (const PlacedPort* port = s.chassis.port(index)) return to_string(port->name);
    const Link* link = s.observed.link(index);
    return link ? link->name : "";
}

std::string both_names(const std::string& port, const std::string& interface) {
    if (interface.empty() || interface == port) return port;
    return fmt::format("{} ({})", port, interface);
}

std::optional<Refusal> objection_to_leave_out(const Situation& s, const std::string& port) {
    const PlacedPort* placed = s.chassis.port(s.chassis.resolve(port, s.observed));
    if (!placed) {
        if (s.observed.link(port)) return no_such(fmt::format("{} sits in no slot", port));
        return not_there(s, port);
    }
    const RoleConfig* role = placed->role;
    if (role && !role->bond.empty()) return std::nullopt;
    return no_such(fmt::format("{}: {} puts it into no bond", port, s.file));
}

std::optional<Refusal> objection_to_bond(const Situation& s, std::string_view name) {
    if (s.config.bond(name)) return std::nullopt;
    std::vector<std::string_view> names;
    for (const BondConfig& each : s.config.bonds) names.push_back(each.name);
    return no_such(fmt::format("{}: {} names no such bond{}", name, s.file, did_you_mean(name, names)));
}

std::optional<Refusal> objection_to_group(const Situation& s, std::string_view name) {
    if (s.config.failover(name)) return std::nullopt;
    std::vector<std::string_view> names;
    for (const FailoverConfig& each : s.config.failovers) names.push_back(each.name);
    return no_such(fmt::format("{}: {} names no such failover{}", name, s.file, did_you_mean(name, names)));
}

std::optional<Refusal> objection_to_member(const Situation& s, std::string_view name, std::string_view member) {
    if (auto refusal = objection_to_group(s, name)) return refusal;
    const auto& members = s.config.failover(name)->members;
    if (std::find(members.begin(), members.end(), member) != members.end()) return std::nullopt;
    const std::vector<std::string_view> names(members.begin(), members.end());
    const std::string hint = did_you_mean(member, names);
    return no_such(fmt::format("{} is no member of {}{}", member, name,
                               hint.empty() ? fmt::format(", it has {}", fmt::join(members, ", ")) : hint));
}

std::optional<Refusal> objection_to_activate(const Situation& s, std::string_view name,
                                             const std::string& port) {
    if (auto refusal = objection_to_bond(s, name)) return refusal;
    const Link* link = s.observed.link(std::string(name));
    if (!link || !link->bond) return refused(fmt::format("{} does not exist yet", name));
    const BondMode mode = mode_in_force(*link);
    if (!has_active_port(mode))
        return refused(fmt::format("{} is in mode {}, in which every port sends and none is the active one",
                                   name, to_string(mode)));
    const Link* chosen = s.observed.link(s.chassis.resolve(port, s.observed));
    if (!chosen) return not_there(s, port);
    const std::string words = both_names(port, chosen->name);
    if (chosen->master != link->index || !chosen->slave)
        return refused(fmt::format("{} is no port of {}: {}", words, name, members_of(s, *link)));
    if (!chosen->up || !chosen->carrier) return refused(fmt::format("{} has no link", words));
    if (chosen->slave->mii != MiiStatus::up)
        return refused(fmt::format("the kernel's link monitor calls {} {}", words,
                                   to_string(chosen->slave->mii)));
    if (const std::string why = doubt_of(s, link->name, chosen->index); !why.empty())
        return refused(fmt::format("{} would not serve: {}", words, why));
    return std::nullopt;
}

} // namespace had::core
