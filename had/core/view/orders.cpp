// The orders in force, each as the sentence that `status` shows.
#include "had/core/policy/failover.hpp"
#include "had/core/plan/plan.hpp"
#include "had/core/view/view.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

OrderView order_view(const PauseOrder& pause) {
    OrderView view;
    view.what = "pause";
    view.by = pause.by;
    view.since = pause.since;
    if (pause.until) view.until = utc_text(*pause.until);
    view.text = fmt::format("the daemon is paused: it looks and tells, and changes nothing, ordered by {} at {}, {}",
                            view.by, view.since, end_of(pause));
    return view;
}

OrderView order_view(const Situation& s, const std::string& bond, const ActivateOrder& order) {
    OrderView view{.what = "activate", .bond = bond, .port = order.port, .by = order.by, .since = order.since};
    const Link* ordered = s.observed.link(s.chassis.resolve(order.port, s.observed));
    if (ordered) view.interface = ordered->name;
    view.text = fmt::format("{}: {} is to be the active port, ordered by {} at {}, "
                            "until `hadctl bond auto {}`",
                            bond, both_names(order.port, view.interface), order.by, order.since, bond);
    const Link* link = s.observed.link(bond);
    const Link* active = link && link->bond ? s.observed.link(active_of(*link)) : nullptr;
    if (!active) view.text += "; none is active now";
    else if (active != ordered)
        view.text += fmt::format("; {} is active meanwhile",
                                 both_names(lasting_name(s, active->index), active->name));
    return view;
}

OrderView order_view(const Situation& s, const PortName& port, const LeaveOutOrder& order) {
    const RoleConfig* role = role_of(s.config, port);
    const PlacedPort* placed = s.chassis.port(port);
    const Link* link = placed ? s.observed.link(placed->index) : nullptr;
    OrderView view{.what = "leave_out",
                   .bond = role ? role->bond : "",
                   .port = to_string(port),
                   .interface = link ? link->name : "",
                   .by = order.by,
                   .since = order.since};
    view.text = fmt::format("{}: {} stays out, ordered by {} at {}, until `ifenslave {} {}` or another card",
                            view.bond, both_names(view.port, view.interface), view.by, view.since, view.bond,
                            view.interface.empty() ? "INTERFACE" : view.interface);
    return view;
}

OrderView order_view(const SharedList<SlotView>& slots, const SlotName& slot, const OfflineOrder& order) {
    OrderView view{.what = "offline", .slot = slot, .by = order.by, .since = order.since};
    const auto there =
        std::find_if(slots.begin(), slots.end(), [&](const SlotView& each) { return each.name == slot; });
    const std::string doing = there == slots.end() ? "" : there->doing;
    const std::string who = order.by == by_handle ? "its handle was opened" : "ordered by " + order.by;
    view.text = fmt::format("slot {}: offline{}, {} at {}, until `hadctl slot online {}`{}{}", slot,
                            order.force ? " by force" : "", who, order.since, slot,
                            doing.empty() ? "" : "; ", doing);
    return view;
}

OrderView order_view(const SlotName& slot, const AcceptOrder& order) {
    OrderView view{.what = "accept", .slot = slot, .by = order.by, .since = order.since};
    view.text = fmt::format("slot {}: {} is accepted, ordered by {} at {}, "
                            "until a card of another model is in it",
                            slot, to_pci_id(order.model.vendor, order.model.device), order.by, order.since);
    return view;
}

OrderView order_view(const std::string& domain, const DomainOrder& order) {
    const std::string_view what = order.take ? "take" : "release", other = order.take ? "release" : "take";
    OrderView view{.what = std::string(what), .domain = domain, .by = order.by, .since = order.since};
    view.text = fmt::format("domain {}: {}{}, ordered by {} at {}, until `hadctl domain {} {}`", domain,
                            order.take ? "taken" : "released", order.force ? " by force" : "", order.by,
                            order.since, other, domain);
    return view;
}

OrderView order_view(const std::string& group, const UseOrder& order) {
    OrderView view{.what = "use", .group = group, .member = order.member, .by = order.by, .since = order.since};
    view.text = fmt::format("{}: {} is to serve rather than any other, ordered by {} at {}, "
                            "until `hadctl failover {} release`", group, order.member, order.by, order.since, group);
    return view;
}

OrderView order_view(const std::string& group, const std::string& member, const HoldOrder& order) {
    OrderView view{.what = "hold", .group = group, .member = member, .by = order.by, .since = order.since};
    view.text = fmt::format("{}: {} does not run, ordered by {} at {}, until `hadctl failover {} release`", group,
                            member, order.by, order.since, group);
    return view;
}

} // namespace

std::vector<OrderView> order_views(const Situation& s, const SharedList<SlotView>& slots) {
    std::vector<OrderView> views;
    if (s.orders.pause) views.push_back(order_view(*s.orders.pause));
    for (const auto& [bond, order] : s.orders.active) views.push_back(order_view(s, bond, order));
    for (const auto& [port, order] : s.orders.left_out) views.push_back(order_view(s, port, order));
    for (const auto& [slot, order] : s.orders.offline) views.push_back(order_view(slots, slot, order));
    for (const auto& [slot, order] : s.orders.accepted) views.push_back(order_view(slot, order));
    for (const auto& [name, order] : s.orders.domains) views.push_back(order_view(name, order));
    for (const auto& [group, order] : s.orders.used) views.push_back(order_view(group, order));
    for (const auto& [of, order] : s.orders.held) views.push_back(order_view(of.first, of.second, order));
    return views;
}

} // namespace had::core
