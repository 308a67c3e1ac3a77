// Keeps the kernel's own choice the same as the daemon's, and returns the traffic to a better port that has
// earned it.  The loss of an active port is handled by the fast path (run/failover.cpp), with the same function.
#include "had/core/plan/plan.hpp"
#include "had/core/policy/failover.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

// Whether the kernel itself would choose the ports in this order.  Among equal ones it takes the first.
bool in_order(const Observed& observed, const std::vector<Ifindex>& order) {
    return std::adjacent_find(order.begin(), order.end(), [&](Ifindex a, Ifindex b) {
               return *observed.link(a)->slave->prio <= *observed.link(b)->slave->prio;
           }) == order.end();
}

// The higher the prio, the sooner the port is chosen.  That of the current port does not matter, unless an operator
// has moved the bond there: then the kernel returns to it from a third port that fails.
void plan_prios(const Situation& s, const BondConfig& bond, const Link& link, Plan& plan) {
    const Ifindex current = active_of(link);
    std::optional<TimePoint> unused;
    const auto candidates = candidates_of(s, bond, link, unused);
    auto order = successors(candidates, current);
    for (const Candidate& c : candidates)
        if (c.ordered && c.index == current) order.insert(order.begin(), current);
    for (const Ifindex index : order)
        if (!s.observed.link(index)->slave->prio) return;      // a kernel before 6.0
    if (in_order(s.observed, order)) return;
    auto place = static_cast<std::int32_t>(order.size());
    for (const Ifindex index : order) {
        const Link* port = s.observed.link(index);
        PortOptions options;
        options.prio = place--;
        if (*port->slave->prio == *options.prio) continue;
        plan.actions.push_back(
            {.operation = SetPortOptions{{index, port->name}, {link.index, bond.name}, options},
             .reason = fmt::format("{}: [bond {}]: the kernel alone would choose as the daemon does",
                                   bond.line.in(s.file), bond.name),
             .object = bond_id(bond.name)});
    }
}

std::string words_of(const LeftAlone& left, const std::string& bond) {
    if (left.times == 0) return "something else moved its active port again; it is moved back in a second";
    return fmt::format("contested: something else moves its active port again and again; it is left there for "
                       "now and moved back from time to time, at once by `hadctl reload` or `hadctl bond "
                       "activate {}`",
                       bond);
}

} // namespace

namespace {

void plan_failover(const Situation& s, const BondConfig& bond, Plan& plan) {
    const Link* link = s.observed.link(bond.name);
    if (!link || !link->bond || !has_active_port(mode_in_force(*link))) return;
    if (const LeftAlone* left = s.owned.left_alone(bond.name, s.now)) {
        Note& note = plan.notes[bond_id(bond.name)];
        if (left->times == 0) note.add_lameness(words_of(*left, bond.name));
        else note.add_problem(words_of(*left, bond.name));
        note.contested = note.contested || left->times > 0;
    }
    if (const Link* active = s.observed.link(active_of(*link)); active && is_foreign(s, bond, active->index))
        plan.notes[bond_id(bond.name)].add_lameness(
            fmt::format("{} is its active port, which {} does not name: no port of the file can serve, or none "
                        "has earned it yet",
                        active->name, s.file));
    if (auto action = failover_of(s, bond, plan.next)) plan.actions.push_back(std::move(*action));
    plan_prios(s, bond, *link, plan);
}

} // namespace

void plan_failover(const Situation& s, const Worklist& worklist, Plan& plan) {
    for_each_bond(s.config, worklist, [&](std::size_t place, const BondConfig& bond) {
        const Asking asking(plan);
        plan_failover(s, bond, plan);
        if (asking.added() || plan.note_of(bond_id(bond.name)) != Note{}) plan.said.bonds.insert(place);
    });
}

} // namespace had::core
