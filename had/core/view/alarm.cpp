#include "had/core/view/alarm.hpp"

#include "had/core/base/utc.hpp"
#include "had/core/view/alarm_ways.hpp"
#include "had/core/view/repair.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <type_traits>

namespace had::core {
namespace {

// What is to be done for a bond, port by port, and the slot where it begins.
struct Repair {
    std::vector<std::string> steps;
    std::string locate;
    bool under_way = false;                   // the daemon itself is at one of them
};

Repair repair_of(const View& view, const BondView& bond) {
    Repair repair;
    for (const SlotView& slot : view.slots)
        for (const PortView& port : slot.ports) {
            if (port.bond != bond.name || serves(view, port)) continue;
            if (is_under_way(port)) repair.under_way = true;
            std::string step = repair_of(view, slot, port);
            if (step.empty() || std::find(repair.steps.begin(), repair.steps.end(), step) != repair.steps.end())
                continue;
            if (repair.steps.empty()) repair.locate = slot.name;
            repair.steps.push_back(std::move(step));
        }
    return repair;
}

// Several steps are numbered, and the one that brings most stands first: the order of the slots.
std::string words_of(const Repair& repair, const std::string& object) {
    if (repair.steps.empty()) return fmt::format("wait, or see `hadctl explain {}`", object);
    if (repair.steps.size() == 1) return repair.steps.front();
    std::string words;
    for (std::size_t i = 0; i < repair.steps.size(); ++i)
        words += fmt::format("{}{}. {}", i == 0 ? "" : "; ", i + 1, repair.steps[i]);
    return words;
}

void add(Alarms& found, const BondView& bond, const Repair& repair, std::string text) {
    found.push_back(about(bond, std::move(text), words_of(repair, bond.name), repair.locate));
    found.back().under_way = repair.under_way;
}

std::string with_exposure(const BondView& bond) {
    return fmt::format("{}{}{}", how_many_serve(bond), bond.exposure.empty() ? "" : ", ", bond.exposure);
}

void find_bond_down(const View& view, std::int64_t, Alarms& found) {
    for (const BondView& bond : view.bonds) {
        if (bond.health != Health::down) continue;
        Repair repair = repair_of(view, bond);
        repair.under_way = bond.problem.empty() && (repair.under_way || bond.mac.is_zero());
        const std::string text = bond.problem.empty() ? how_many_serve(bond) : bond.problem;
        add(found, bond, repair, "it serves nobody: " + text);
    }
}

void find_redundancy(const View& view, std::int64_t, Alarms& found) {
    for (const BondView& bond : view.bonds) {
        const bool whole = bond.health == Health::healthy || bond.health == Health::down;
        if (whole || serving(bond) >= bond.wanted) continue;
        add(found, bond, repair_of(view, bond), with_exposure(bond));
    }
}

// What has a kind of its own.
bool is_told_apart(const PortView& port) {
    return port.kind == ProblemKind::card_dead || port.kind == ProblemKind::driver_failed ||
           port.kind == ProblemKind::card_unknown;
}

// The card is there, and the port does not do what the file says.
bool is_lost(const SlotView& slot, const PortView& port) {
    const bool lacking = slot.card && !port.function && port.health == Health::absent;
    return (port.health == Health::down || lacking) && !is_told_apart(port);
}

Alarm lost_port(const View& view, const SlotView& slot, const PortView& port) {
    std::string text = port.function ? state_of(port) : fmt::format("the card in slot {} has no such port", slot.name);
    std::string repair = repair_of(view, slot, port);
    if (repair.empty()) repair = fmt::format("wait, or see `hadctl explain {}`", to_string(port.name));
    Alarm alarm = about(port, std::move(text), std::move(repair), slot.name);
    // The functions of a card come one by one: what it lacks is known when the others have their devices.
    const bool arriving = !port.function && std::any_of(slot.ports.begin(), slot.ports.end(), is_under_way);
    alarm.under_way = arriving || is_under_way(port);
    return alarm;
}

// Of what stands alone: a port without a bond, or a VLAN whose carrier is well.
void find_service_down(const View& view, std::int64_t, Alarms& found) {
    for_each_port(view, [&](const SlotView& slot, const PortView& port) {
        if (port.bond.empty() && is_lost(slot, port)) found.push_back(lost_port(view, slot, port));
    });
    for (const VlanView& vlan : view.vlans) {
        const BondView* bond = view.bond(vlan.on);
        const bool follows = vlan.problem.empty() && (!bond || bond->health == Health::down);
        if (vlan.health != Health::down || follows) continue;
        found.push_back(about(vlan, state_of(vlan), fmt::format("`hadctl explain {}` says what is in the way; "
                                                                "remove that", vlan.name)));
        found.back().under_way = vlan.problem.empty() && (vlan.index == 0 || !vlan.doing.empty());
    }
}

void find_group_down(const View& view, std::int64_t, Alarms& found) {
    for (const FailoverView& group : view.failovers) {
        if (group.health != Health::down) continue;
        found.push_back(about(group, state_of(group),
                              fmt::format("`hadctl explain {}` says what each of them lacks", group.name)));
        found.back().under_way = !group.doing.empty();
    }
}

void find_group_degraded(const View& view, std::int64_t, Alarms& found) {
    for (const FailoverView& group : view.failovers)
        if (is_impaired(group.health))
            found.push_back(about(group, state_of(group),
                                  fmt::format("`hadctl explain {}` says why {} does not serve; remove that", group.name,
                                              group.members.front())));
}

// A member's failure is its group's.
void find_service_failed(const View& view, std::int64_t, Alarms& found) {
    for (const ServiceView& service : view.services) {
        if (service.health != Health::down || (!service.group.empty() && service.problem.empty())) continue;
        const bool told = service.problem.empty() && !service.text.empty();   // and not that it is tried again
        found.push_back(about(service, told ? service.text : state_of(service),
                              fmt::format("`hadctl explain {}` says how it ends; its own log says why", service.name)));
        found.back().under_way = service.phase == Phase::starting && service.failures == 0 && service.problem.empty();
    }
}

void find_port_lost(const View& view, std::int64_t, Alarms& found) {
    for_each_port(view, [&](const SlotView& slot, const PortView& port) {
        if (!port.bond.empty() && is_lost(slot, port)) found.push_back(lost_port(view, slot, port));
    });
}

void find_card_missing(const View& view, std::int64_t, Alarms& found) {
    for (const SlotView& slot : view.slots)
        if (!slot.missing.empty())
            found.push_back(about(slot, fmt::format("the card that served here is gone, {}", slot.missing),
                                  fmt::format("put a card into slot {}", slot.name), slot.name));
}

void find_card_dead(const View& view, std::int64_t, Alarms& found) {
    for (const SlotView& slot : view.slots)
        if (slot.kind == ProblemKind::card_dead)
            found.push_back(about(slot, slot.problem, exchange_of(slot.name), slot.name));
}

template <ProblemKind kind>
void find_ports_with(const View& view, std::int64_t, Alarms& found) {
    for_each_port(view, [&](const SlotView& slot, const PortView& port) {
        if (port.kind == kind && !port.problem.empty())
            found.push_back(about(port, port.problem, repair_of(view, slot, port), slot.name));
    });
}

void find_hotplug_thread(const View& view, std::int64_t, Alarms& found) {
    if (view.alarm.empty()) return;
    found.push_back({.object = "chassis",
                     .text = view.alarm,
                     .repair = "reboot when convenient; cards may be exchanged as usual until then"});
}

void find_quarantined(const View& view, std::int64_t, Alarms& found) {
    for (const SlotView& slot : view.slots)
        if (slot.health == Health::quarantined)
            found.push_back(about(slot, slot.problem,
                                  fmt::format("`hadctl slot accept {0}` lets it in, or put a card that had.conf "
                                              "accepts into slot {0}", slot.name),
                                  slot.name));
}

void find_contested(const View& view, std::int64_t, Alarms& found) {
    for_each_object(view, [&](const ObjectId& id, const auto& object) {
        if (!object.contested) return;
        const std::string text = object.problem.empty() ? "something of it is left to others" : object.problem;
        found.push_back(about(object, text,
                              fmt::format("find out which program changes it (`hadctl explain {}`) and stop that; "
                                          "then `hadctl reload` has it tried at once", id.name)));
    });
}

void find_config_waiting(const View& view, std::int64_t, Alarms& found) {
    for_each_object(view, [&](const ObjectId&, const auto& object) {
        if (!object.waiting.empty())
            found.push_back(about(object, fmt::format("{}", fmt::join(object.waiting, "; ")),
                                  "`hadctl reload --force` at a time when a moment without service hurts nobody"));
    });
}

void find_config_refused(const View& view, std::int64_t, Alarms& found) {
    if (view.file_refused.empty()) return;
    found.push_back({.object = "chassis",
                     .text = fmt::format("a reload was refused; what is in force was read at {}", view.file_taken),
                     .repair = "`hadctl check` says line by line what is wrong; mend that, then `hadctl reload`"});
}

// A problem in spite of which the object serves, or that no other kind tells.
void find_trouble(const View& view, std::int64_t, Alarms& found) {
    for_each_object(view, [&]<class V>(const ObjectId& id, const V& object) {
        constexpr bool is_slot = std::is_same_v<V, SlotView>;
        if (object.problem.empty() || object.contested || object.kind != ProblemKind::other) return;
        if (!is_slot && object.health == Health::down) return;
        found.push_back(about(object, object.problem, fmt::format("`hadctl explain {}` says more", id.name),
                              is_slot ? id.name : ""));
    });
}

// The daemon's own, or one that was in force when orders were lost: an operator's ends by itself.
bool is_of_unread_files(const OrderView& order) { return order.what == "pause" && order.until.empty(); }

void find_orders_unknown(const View& view, std::int64_t, Alarms& found) {
    if (std::any_of(view.orders.begin(), view.orders.end(), is_of_unread_files))
        found.push_back({.object = "chassis",
                         .text = "orders unknown: paused by the daemon, since a file of its own could not be read at "
                                 "its start; it changes nothing, and moves no bond",
                         .repair = "look at the files set aside (*.bad in /var/lib/had and /run/had; the log names "
                                   "them), give again the orders that are missing, then `hadctl resume`"});
}

// The rest hold until something happens that was meant: another card, or another word for the domain.
bool may_be_forgotten(const OrderView& order) {
    return order.what == "activate" || order.what == "leave_out" || order.what == "offline" ||
           (order.what == "pause" && !is_of_unread_files(order));
}

std::optional<std::int64_t> grows_old(const OrderView& order) {
    const auto since = utc_micros_from(order.since);
    if (!may_be_forgotten(order) || !since) return std::nullopt;
    return *since / 1'000'000 + old_order.count();
}

void find_order_old(const View& view, std::int64_t now, Alarms& found) {
    for (const OrderView& order : view.orders) {
        const auto old = grows_old(order);
        if (!old || *old > now) continue;
        const std::string object = order.what == "activate"    ? order.bond
                                   : order.what == "leave_out" ? order.port
                                   : order.what == "offline"   ? order.slot
                                                               : "chassis";
        found.push_back({.object = object,
                         .text = "an order holds for more than a day: " + order.text,
                         .repair = "end it, as it says, if nobody needs it any more",
                         .locate = order.slot});
    }
}

constexpr AlarmKind kinds[] = {
    {"bond-down", AlarmSeverity::critical, find_bond_down},
    {"service-down", AlarmSeverity::critical, find_service_down},
    {"failover-down", AlarmSeverity::critical, find_group_down},
    {"pair-split", AlarmSeverity::critical, find_pair_split},
    {"pair-down", AlarmSeverity::critical, find_pair_down},
    {"redundancy", AlarmSeverity::major, find_redundancy},
    {"failover-degraded", AlarmSeverity::major, find_group_degraded},
    {"service-failed", AlarmSeverity::major, find_service_failed},
    {"card-dead", AlarmSeverity::major, find_card_dead},
    {"driver-failed", AlarmSeverity::major, find_ports_with<ProblemKind::driver_failed>},
    {"orders-unknown", AlarmSeverity::major, find_orders_unknown},
    {"hotplug-thread", AlarmSeverity::major, find_hotplug_thread},
    {"path-silent", AlarmSeverity::major, find_path_silent},
    {"peer-silent", AlarmSeverity::major, find_peer_silent},
    {"peer-lan", AlarmSeverity::major, find_peer_lan},
    {"pair-lame", AlarmSeverity::minor, find_pair_lame},
    {"port-lost", AlarmSeverity::minor, find_port_lost},
    {"card-missing", AlarmSeverity::minor, find_card_missing},
    {"card-unknown", AlarmSeverity::minor, find_ports_with<ProblemKind::card_unknown>},
    {"trouble", AlarmSeverity::minor, find_trouble},
    {"neighbour", AlarmSeverity::warning, find_neighbour},
    {"quarantined", AlarmSeverity::warning, find_quarantined},
    {"contested", AlarmSeverity::warning, find_contested},
    {"config-refused", AlarmSeverity::warning, find_config_refused},
    {"config-waiting", AlarmSeverity::warning, find_config_waiting},
    {"order-old", AlarmSeverity::warning, find_order_old},
    {"history-failing", AlarmSeverity::warning, nullptr,
     "make room on the disk of /var/lib/had, or mend what the text names; had-recorder tries again by itself"},
    {"metrics-failing", AlarmSeverity::warning, nullptr,
     "make the directory that `metrics_file` of had.conf names, or remove the key"},
    {"hook-failing", AlarmSeverity::warning, nullptr,
     "`hadctl notify` shows its last run; mend the program, and try it with `hadctl notify test`"},
    {"time-stepped", AlarmSeverity::warning, nullptr,
     "see that the clock is kept by one program, and that it agrees with others; durations are not affected"},
};

} // namespace

std::span<const AlarmKind> alarm_kinds() { return kinds; }

const AlarmKind* alarm_kind(std::string_view type) {
    const auto at = std::find_if(std::begin(kinds), std::end(kinds),
                                 [&](const AlarmKind& kind) { return kind.type == type; });
    return at == std::end(kinds) ? nullptr : &*at;
}

std::string alarm_id(std::string_view object, std::string_view type) { return fmt::format("{}/{}", object, type); }

namespace {

// All is well with it, and with its cable as far as anybody knows.
bool is_calm(const PortView& port) {
    return port.health == Health::healthy && static_cast<const Note&>(port) == Note{} && port.paths.empty() &&
           !port.neighbour;
}

bool is_calm(const SlotView& slot) {
    return slot.health == Health::healthy && static_cast<const Note&>(slot) == Note{} && slot.missing.empty() &&
           slot.extraction == Extraction::none &&
           std::all_of(slot.ports.begin(), slot.ports.end(), [](const PortView& port) { return is_calm(port); });
}

// Without the slots of which no kind finds anything: they are nearly all.
View without_calm_slots(const View& view) {
    View out;
    out.orders = view.orders;
    out.alarm = view.alarm;
    out.file_taken = view.file_taken;
    out.file_refused = view.file_refused;
    out.bonds = view.bonds;
    out.vlans = view.vlans;
    out.failovers = view.failovers;
    out.services = view.services;
    out.peers = view.peers;
    for (std::size_t i = 0; i < view.slots.size(); ++i)
        if (!is_calm(view.slots[i])) out.slots.share(view.slots, i);
    return out;
}

} // namespace

std::vector<Alarm> find_alarms(const View& all, std::int64_t now) {
    std::vector<Alarm> found;
    const View view = without_calm_slots(all);
    for (const AlarmKind& kind : kinds) {
        const std::size_t first = found.size();
        if (kind.find) kind.find(view, now, found);
        for (std::size_t i = first; i < found.size(); ++i) {
            found[i].type = kind.type;
            found[i].severity = kind.severity;
            found[i].id = alarm_id(found[i].object, kind.type);
        }
    }
    return found;
}

std::optional<std::int64_t> next_old_order(const View& view, std::int64_t now) {
    std::optional<std::int64_t> next;
    for (const OrderView& order : view.orders)
        if (const auto old = grows_old(order); old && *old > now) next = std::min(next.value_or(*old), *old);
    return next;
}

bool says_the_same(const Alarm& a, const Alarm& b) {
    return a.severity == b.severity && a.text == b.text && a.repair == b.repair && a.locate == b.locate &&
           a.acked == b.acked && a.acked_by == b.acked_by;
}

} // namespace had::core
