// Keeps the kernel's own choice the same as had's, and returns the traffic to a better port that has
// earned it.  The loss of an active port is the fast path's (reconciler.cpp), with the same function.
#include "had/core/failover.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

// Whether the kernel would turn to the ports in this order by itself.  Equal ones it takes as they come.
bool in_order(const Observed& observed, const std::vector<Ifindex>& order) {
    return std::adjacent_find(order.begin(), order.end(), [&](Ifindex a, Ifindex b) {
               return *observed.link(a)->slave->prio <= *observed.link(b)->slave->prio;
           }) == order.end();
}

// The higher the prio, the sooner its turn.  The current port's own does not matter.
void plan_prios(const Situation& s, const BondConfig& bond, const Link& link, Plan& plan) {
    auto at = link.bond->options.find(BondOption::active_slave);
    if (at == link.bond->options.end()) return;
    const auto current = static_cast<Ifindex>(std::get<std::uint64_t>(at->second));
    std::optional<TimePoint> unused;
    const auto order = successors(candidates_of(s, bond, link, unused), current);
    for (const Ifindex index : order)
        if (!s.observed.link(index)->slave->prio) return;      // a kernel before 6.0
    if (in_order(s.observed, order)) return;
    auto place = static_cast<std::int32_t>(order.size());
    for (const Ifindex index : order) {
        const Link* port = s.observed.link(index);
        PortOptions options;
        options.prio = place--;
        if (*port->slave->prio == *options.prio) continue;
        plan.actions.push_back({SetPortOptions{{index, port->name}, {link.index, bond.name}, options},
                                fmt::format("{}:{}: [bond {}]: the kernel alone would choose as had does",
                                            s.file, bond.line, bond.name),
                                bond.name, ""});
    }
}

} // namespace

void plan_failover(const Situation& s, Plan& plan) {
    for (const BondConfig& bond : s.config.bonds) {
        const Link* link = s.observed.link(bond.name);
        if (!link || !link->bond || !has_active_port(bond.mode())) continue;
        if (auto action = failover_of(s, bond, plan.next)) plan.actions.push_back(std::move(*action));
        plan_prios(s, bond, *link, plan);
    }
}

} // namespace had::core
