#include "had/core/view/view.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

constexpr std::string_view health_words[] = {"healthy", "degraded", "down",     "absent",
                                             "offline", "quarantined", "contested"};

std::string state_of(const BondView& bond) {
    if (!bond.problem.empty()) return bond.problem;
    return fmt::format("{}: {} of {} ports serve{}{}", to_string(bond.health), serving(bond), bond.wanted,
                       bond.exposure.empty() ? "" : ", ", bond.exposure);
}

std::string state_of(const PortView& port) {
    if (!port.problem.empty()) return port.problem;
    if (!port.doing.empty()) return port.doing;
    if (port.index == 0) return port.driver.empty() ? "no driver is bound to it"
                                                    : port.driver + " gave it no network device";
    if (port.role.empty()) return fmt::format("{} does not serve yet", port.interface);
    return fmt::format("no link on {}{}{}", port.interface, port.no_link_by.empty() ? "" : ", says ",
                       port.no_link_by);
}

std::string state_of(const VlanView& vlan) {
    if (!vlan.problem.empty()) return vlan.problem;
    if (!vlan.doing.empty()) return vlan.doing;
    if (vlan.index == 0) return "it does not exist yet";
    return vlan.up ? "no link on " + vlan.on : "it is down";
}

} // namespace

std::string_view to_string(Health health) { return health_words[static_cast<std::size_t>(health)]; }

std::optional<Health> health_from(std::string_view word) {
    const auto at = std::find(std::begin(health_words), std::end(health_words), word);
    if (at == std::end(health_words)) return std::nullopt;
    return static_cast<Health>(at - std::begin(health_words));
}

bool is_impaired(Health health) { return health == Health::degraded || health == Health::contested; }

bool serves(const MemberView& member) {
    return member.mii == "up" && member.carrier && member.no_link_by.empty() && !member.port.empty();
}

unsigned serving(const BondView& bond) {
    return static_cast<unsigned>(std::count_if(bond.members.begin(), bond.members.end(), serves));
}

namespace {

template <class Is>
const OrderView* find_order(const std::vector<OrderView>& orders, std::string_view what, Is is) {
    auto at = std::find_if(orders.begin(), orders.end(),
                           [&](const OrderView& order) { return order.what == what && is(order); });
    return at == orders.end() ? nullptr : &*at;
}

} // namespace

const OrderView* View::order_of_bond(std::string_view name) const {
    return find_order(orders, "activate", [&](const OrderView& order) { return order.bond == name; });
}

const OrderView* View::pause() const {
    return find_order(orders, "pause", [](const OrderView&) { return true; });
}

const OrderView* View::leave_out_of(const PortName& port) const {
    return find_order(orders, "leave_out",
                      [name = to_string(port)](const OrderView& order) { return order.port == name; });
}

const SlotView* View::slot(std::string_view name) const {
    auto at = std::find_if(slots.begin(), slots.end(), [&](const auto& s) { return s.name == name; });
    return at == slots.end() ? nullptr : &*at;
}

const BondView* View::bond(std::string_view name) const {
    auto at = std::find_if(bonds.begin(), bonds.end(), [&](const auto& b) { return b.name == name; });
    return at == bonds.end() ? nullptr : &*at;
}

const VlanView* View::vlan(std::string_view name) const {
    auto at = std::find_if(vlans.begin(), vlans.end(), [&](const auto& v) { return v.name == name; });
    return at == vlans.end() ? nullptr : &*at;
}

const PortView* View::port(const PortName& name) const {
    const SlotView* in = slot(name.slot);
    if (!in) return nullptr;
    auto at = std::find_if(in->ports.begin(), in->ports.end(),
                           [&](const auto& p) { return p.name == name; });
    return at == in->ports.end() ? nullptr : &*at;
}

void sum_up(View& view) {
    bool degraded = false, down = false;
    const auto complain = [&](std::string_view object, std::string_view text) {
        view.problems.push_back(fmt::format("{}: {}", object, text));
    };
    if (!view.alarm.empty()) view.problems.push_back(view.alarm);
    degraded = !view.alarm.empty();
    for (const BondView& bond : view.bonds) {
        down = down || bond.health == Health::down;
        degraded = degraded || is_impaired(bond.health);
        if (bond.health != Health::healthy) complain(bond.name, state_of(bond));
        for (const std::string& waiting : bond.waiting) complain(bond.name, waiting);
    }
    for (const VlanView& vlan : view.vlans) {
        down = down || vlan.health == Health::down;
        degraded = degraded || is_impaired(vlan.health);
        const bool lame = vlan.health == Health::degraded && vlan.problem.empty();
        if (vlan.health != Health::healthy && vlan.health != Health::absent && !lame)
            complain(vlan.name, state_of(vlan));
        for (const std::string& waiting : vlan.waiting) complain(vlan.name, waiting);
    }
    for (const SlotView& slot : view.slots) {
        if (!slot.problem.empty()) complain("slot " + slot.name, slot.problem);
        degraded = degraded || !slot.problem.empty();
        for (const PortView& port : slot.ports) {
            if (port.config.empty()) continue;
            if (!port.function && slot.card && port.health != Health::offline)
                complain(to_string(port.name),
                         fmt::format("the card in slot {} has no such port", slot.name));
            if (port.health != Health::down && !is_impaired(port.health)) continue;
            complain(to_string(port.name), state_of(port));
            if (port.bond.empty() && port.health == Health::down) down = true;
            else degraded = true;
        }
    }
    view.health = down ? Health::down : degraded ? Health::degraded : Health::healthy;
}

} // namespace had::core
