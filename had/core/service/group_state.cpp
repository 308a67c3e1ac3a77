// Which member of each group serves, and why another one did before, as people are told.
#include "had/core/service/transition.hpp"

#include <fmt/format.h>

#include <utility>

namespace had::core {

namespace {

bool serves(const ServiceStates& states, std::string_view service) {
    const auto at = states.services.lower_bound({std::string(service), ""});
    for (auto one = at; one != states.services.end() && one->first.service == service; ++one)
        if (one->second.phase == Phase::up) return true;
    return false;
}

std::string why_left(const ServiceFacts& facts, const ServiceStates& states, const std::string& member) {
    const std::string service(facts.config.service_of(member));
    const auto at = states.services.lower_bound({service, ""});
    if (at == states.services.end() || at->first.service != service) return member + " is gone";
    const ServiceState& s = at->second;
    if (!s.stops_for.empty()) return fmt::format("{}: {}", member, s.stops_for);
    return fmt::format("{} failed: {}", member, s.why);
}

} // namespace

void name_active_members(const ServiceFacts& facts, ServiceStates& states) {
    for (const FailoverConfig& group : facts.config.failovers) {
        GroupState& g = states.groups[group.name];
        std::string active;
        for (const std::string& member : group.members)
            if (active.empty() && serves(states, facts.config.service_of(member))) active = member;
        if (active == g.active) continue;
        if (!g.active.empty()) g.why = why_left(facts, states, g.active);
        g.active = std::move(active);
        g.since_date = facts.date;
    }
    std::erase_if(states.groups, [&](const auto& entry) { return !facts.config.failover(entry.first); });
}

} // namespace had::core
