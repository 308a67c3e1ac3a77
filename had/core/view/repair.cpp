#include "had/core/view/repair.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

bool has_order(const View& view, const PortView& port) { return view.leave_out_of(port.name) != nullptr; }

// Of a card that is on its way out, or out, by order.
std::string bring_back(const View& view, const SlotView& slot) {
    const bool by_domain = std::any_of(view.orders.begin(), view.orders.end(), [&](const OrderView& order) {
        return order.what == "release" && order.domain == slot.domain && !slot.domain.empty();
    });
    if (by_domain) return fmt::format("`hadctl domain take {}` ends the order about its domain", slot.domain);
    if (slot.extraction == Extraction::out)
        return fmt::format("put the other card into slot {0}, or switch the slot on again: `hadctl slot online {0}`",
                           slot.name);
    return fmt::format("slot {0} is offline by order: exchange its card, or `hadctl slot online {0}`", slot.name);
}

std::string repair_of_link(const SlotView& slot, const PortView& port) {
    return fmt::format("look at the cable of {} ({}) and at the switch at its other end; if both are good, {}",
                       to_string(port.name), port.interface, exchange_of(slot.name));
}

} // namespace

bool serves(const View& view, const PortView& port) {
    if (port.bond.empty()) return port.health == Health::healthy || is_impaired(port.health);
    const BondView* bond = view.bond(port.bond);
    return bond && std::any_of(bond->members.begin(), bond->members.end(), [&](const MemberView& member) {
        return member.port == to_string(port.name) && serves(member);
    });
}

bool is_under_way(const PortView& port) {
    return port.problem.empty() && port.function && (!port.doing.empty() || port.index == 0);
}

std::string exchange_of(const SlotName& slot) {
    return fmt::format("exchange the card in slot {0}: `hadctl slot offline {0}`, then pull it where the blue LED "
                       "is lit (`hadctl slot identify {0}` blinks it), and put the other in",
                       slot);
}

std::string repair_of(const View& view, const SlotView& slot, const PortView& port) {
    const std::string name = to_string(port.name);
    if (slot.extraction != Extraction::none) return bring_back(view, slot);
    if (has_order(view, port))
        return fmt::format("`ifenslave {} {}` ends the order that leaves {} out", port.bond,
                           port.interface.empty() ? "INTERFACE" : port.interface, name);
    if (!slot.card) return fmt::format("put a card into slot {}", slot.name);
    if (slot.kind == ProblemKind::card_dead || port.kind == ProblemKind::card_dead) return exchange_of(slot.name);
    if (slot.kind == ProblemKind::quarantined)
        return fmt::format("`hadctl slot accept {0}` lets the card in slot {0} in, or put in one that had.conf accepts",
                           slot.name);
    if (!port.function)
        return fmt::format("put a card that has port {0} into slot {1}, or take {0} out of had.conf", name, slot.name);
    if (port.kind == ProblemKind::card_unknown) return "name its driver in the table, as its problem says, and reload";
    if (port.kind == ProblemKind::driver_failed)
        return fmt::format("`hadctl explain {}` and the kernel's log (`dmesg`) say why; if it goes on, {}", name,
                           exchange_of(slot.name));
    if (!port.problem.empty()) return fmt::format("`hadctl explain {}` says what is in the way; remove that", name);
    if (is_under_way(port)) return "";
    if (!port.idle.empty())
        return fmt::format("look at the switch's side of {} ({}): {}", name, port.interface, port.idle);
    if (!port.carrier || port.no_link_by) return repair_of_link(slot, port);
    return "";
}

} // namespace had::core
