// Whether a bond's backup port would serve now: what a link alone does not tell.
#include "had/core/view/derive.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace had::core {

namespace {

// What a backup port receives unasked does not say that anybody hears it; with the bond's own address only the active
// port asks.
bool proves_backups(const MonitorConfig& monitor) {
    return asks_by_frames(monitor.kind) && monitor.source_mac != SourceMac::bond;
}

std::vector<std::string> proofs(const Situation& s, const BondConfig& bond) {
    std::vector<std::string> names;
    for (const std::string& name : bond.watched.monitors)
        if (const MonitorConfig* monitor = s.config.monitor(name); monitor && proves_backups(*monitor))
            names.push_back(name);
    return names;
}

// Empty: it would serve, and that is proven.
std::string why_not(const Situation& s, const std::vector<std::string>& proofs, const MemberView& member) {
    const auto port = port_name_from(member.port);
    if (port && is_withheld(s, port->slot)) return "is let go";
    if (!member.idle.empty()) return member.idle;
    if (!serves(member)) return "has no link";
    return member.proven_by.empty() ? fmt::format("is not proven by {}", fmt::join(proofs, " or ")) : "";
}

std::string why_unprovable(const BondView& bond, bool has_active) {
    if (!has_active) return fmt::format("in mode {} every port is in use", bond.mode);
    return "no monitor asks through its backup ports: that takes one of kind arp, nd or peer";
}

} // namespace

std::vector<std::string> proven_by(const Situation& s, const BondConfig& bond, Ifindex port) {
    std::vector<std::string> names;
    const auto watched = s.paths.find(bond.name);
    if (watched == s.paths.end()) return names;
    const std::vector<std::string> able = proofs(s, bond);
    for (const MonitorState& state : watched->second) {
        const Finding* finding = state.of(port);
        const bool proves = std::find(able.begin(), able.end(), state.monitor) != able.end();
        if (proves && finding && finding->state == PathState::good) names.push_back(state.monitor);
    }
    return names;
}

void judge_readiness(const Situation& s, const BondConfig& config, BondView& bond) {
    const Link* link = s.observed.link(config.name);
    const bool has_active = has_active_port(link && link->bond ? mode_in_force(*link) : config.mode());
    const std::vector<std::string> able = proofs(s, config);
    bond.provable = has_active && !able.empty();
    if (!bond.provable) {
        bond.unready = why_unprovable(bond, has_active);
        return;
    }
    std::vector<std::string> reasons;
    for (const MemberView& member : bond.members) {
        if (member.active || member.port.empty()) continue;
        const std::string why = why_not(s, able, member);
        if (why.empty()) bond.ready = true;
        else reasons.push_back(fmt::format("{} {}", member.port, why));
    }
    if (bond.ready) return;
    bond.unready = reasons.empty() ? "it has no backup port" : fmt::format("{}", fmt::join(reasons, "; "));
}

} // namespace had::core
