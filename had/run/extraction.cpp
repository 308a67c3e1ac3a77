// Orders that a card be let go, and what becomes of them (core/policy/extraction.hpp).
#include "had/core/policy/extraction.hpp"
#include "had/run/reconciler.hpp"

#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

Notice about(const SlotName& slot, std::string text) {
    Notice notice;
    notice.slot = slot;
    notice.text = fmt::format("slot {}: {}", slot, text);
    return notice;
}

} // namespace

std::optional<Refusal> Reconciler::offline(const SlotName& slot, OfflineOrder order, bool wait) {
    place_again();
    if (auto refusal = objection_to_slot(situation(), slot)) return refusal;
    if (chassis().slots.at(slot).functions.empty()) return std::nullopt;       // nothing to let go
    const bool by_force = order.force || config_.had.last_port == LastPort::allow;
    const std::string hanging = by_force || wait ? "" : what_hangs_by(situation(), slot);
    if (!hanging.empty()) {
        Notice notice = about(slot, fmt::format("{} is refused to take it offline: {}", order.by, hanging));
        notice.user = order.by;
        say(NoticeKind::extraction_refused, NoticeLevel::warning, std::move(notice));
        return Refusal{false, fmt::format("slot {} is not let go: {}; --wait waits for another port, "
                                          "--force cuts service",
                                          slot, hanging)};
    }
    order.kernel = switch_of(situation(), slot);
    Orders orders = orders_;
    orders.offline[slot] = order;
    orders.online.erase(slot);
    keep(std::move(orders));
    waits_.erase(slot);
    Notice notice = about(slot, fmt::format("{} orders it offline{}, until `hadctl slot online {}`", order.by,
                                            order.force ? " by force" : "", slot));
    notice.user = order.by;
    say(NoticeKind::order_given, NoticeLevel::notice, std::move(notice));
    reconcile();
    return std::nullopt;
}

std::optional<Refusal> Reconciler::online(const SlotName& slot, const std::string& user) {
    place_again();
    if (auto refusal = objection_to_slot(situation(), slot)) return refusal;
    const std::string kernel = switch_of(situation(), slot);
    Orders orders = orders_;
    if (const auto ended = orders.offline.extract(slot)) {
        orders.online[slot] = {kernel, user, around_.date()};
        keep(std::move(orders));
        waits_.erase(slot);
        Notice notice = about(slot, fmt::format("{} ends the order that it be offline ({})", user,
                                                ended.mapped().reason()));
        notice.user = user;
        say(NoticeKind::order_ended, NoticeLevel::notice, std::move(notice));
    }
    coming_back_.insert(slot);
    bring_back(slot, kernel);
    reconcile();
    return std::nullopt;
}

// What another daemon had begun when it was killed is done anew; what has been done is forgotten.
void Reconciler::see_to_those_that_come_back() {
    const auto online = orders_.online;
    for (const auto& [slot, order] : online) {
        if (!chassis().slots.contains(slot)) continue;
        if (coming_back_.insert(slot).second) {
            bring_back(slot, order.kernel);
        } else if (!runs(BindDrivers{slot, {}}) && !runs(PowerSlot{.slot = slot, .kernel = order.kernel, .on = true})) {
            orders_.online.erase(slot);
            keep_or_log();
        }
    }
    std::erase_if(coming_back_, [this](const SlotName& slot) { return !orders_.online.contains(slot); });
}

// An opened handle asks for the same as `slot offline --wait`: who stands before the chassis sees the LED, and
// cannot be told more.  Of cards that are none of ours nothing is asked.
void Reconciler::heed_handle(const std::string& kernel) {
    place_again();
    for (const auto& [slot, placed] : chassis().slots) {
        if (placed.kernel != kernel || placed.functions.empty()) continue;
        if (objection_to_slot(situation(), slot) || leaving_of(situation(), slot)) return;
        orders_.offline[slot] = {false, false, kernel, std::string(by_handle), around_.date()};
        waits_.erase(slot);
        keep_or_log();
        return say(NoticeKind::order_given, NoticeLevel::notice,
                   about(slot, "its handle is opened, its card is to go"));
    }
}

bool Reconciler::runs(const Operation& operation) const {
    auto at = attempts_.by_key.find(key_of(operation));
    return at != attempts_.by_key.end() && at->second.state == Attempt::State::running;
}

// What is just being unbound too: the jobs of a slot are done one after the other.
void Reconciler::bind_drivers(const SlotName& slot, const std::string& reason) {
    const bool going = runs(UnbindDrivers{slot, {}});
    std::vector<PciAddress> unbound;
    for (const PciAddress& address : chassis().slots.at(slot).functions)
        if (going || observed_.functions.at(address).function.driver.empty()) unbound.push_back(address);
    if (!unbound.empty()) start_job({.operation = BindDrivers{slot, std::move(unbound)}, .reason = reason, .object = slot_id(slot)});
}

// The drivers of a card that is still there are bound again; a slot that is off is switched on.
void Reconciler::bring_back(const SlotName& slot, const std::string& kernel) {
    const PlacedSlot& placed = chassis().slots.at(slot);
    const std::string reason = fmt::format("slot {} is online again", slot);
    bind_drivers(slot, reason);
    const bool going = runs(PowerSlot{.slot = slot, .kernel = kernel, .on = false});
    if ((placed.functions.empty() || going) && can_switch_on(kernel))
        start_job({.operation = PowerSlot{.slot = slot, .kernel = kernel, .on = true},
                   .reason = reason,
                   .object = slot_id(slot)});
}

std::optional<Refusal> Reconciler::identify(const SlotName& slot, const std::string& user) {
    place_again();
    if (auto refusal = objection_to_slot(situation(), slot)) return refusal;
    const std::string kernel = switch_of(situation(), slot);
    auto at = observed_.slots.find(kernel);
    if (at == observed_.slots.end() || !at->second.can_blink)
        return Refusal{false, fmt::format("slot {} has no LED that the kernel could blink", slot)};
    if (runs(IdentifySlot{slot, kernel})) return std::nullopt;                // it blinks already
    start_job({.operation = IdentifySlot{slot, kernel},
               .reason = user + " asks which it is",
               .object = slot_id(slot)});
    return std::nullopt;
}

// The core of CompactPCI takes a card in when it is pushed in, and `1` to its `power` does nothing.
bool Reconciler::can_switch_on(const std::string& kernel) const {
    auto at = observed_.slots.find(kernel);
    return at != observed_.slots.end() && !at->second.is_compact_pci();
}

// What has become of the orders: a card is out, another has come, or somebody has waited long enough.
void Reconciler::mind_extractions() {
    const std::map<SlotName, OfflineOrder, SlotLess> offline = orders_.offline;
    for (const auto& [slot, order] : offline) {
        auto placed = chassis().slots.find(slot);
        if (placed == chassis().slots.end()) continue;
        const bool empty = placed->second.functions.empty();
        if (order.out && !empty) end_offline(slot, "a card is in it again, and serves");
        else if (!order.out && empty && is_off(slot)) card_is_out(slot);
        else if (!order.out) mind_waiting(slot);
    }
    see_to_those_that_come_back();
    const auto releasing = releasing_;
    for (const auto& [domain, told] : releasing) mind_release(domain);
}

bool Reconciler::is_off(const SlotName& slot) const {
    const std::string kernel = switch_of(situation(), slot);
    const Attempt* attempt = attempts_.find(PowerSlot{.slot = slot, .kernel = kernel, .on = false});
    return kernel.empty() || (attempt && attempt->state == Attempt::State::acknowledged);
}

void Reconciler::card_is_out(const SlotName& slot) {
    OfflineOrder& order = orders_.offline.at(slot);
    waits_.erase(slot);
    order.out = true;
    order.force = false;                       // there is nothing left to cut
    keep_or_log();
    Notice notice = about(slot, "safe to pull");
    notice.user = order.by;
    say(NoticeKind::safe_to_pull, NoticeLevel::notice, std::move(notice));
}

void Reconciler::mind_waiting(const SlotName& slot) {
    std::optional<TimePoint> unused;
    const bool waiting = extraction_of(situation(), slot, unused) == Extraction::waiting;
    auto at = waits_.find(slot);
    if (!waiting && at != waits_.end()) {
        waits_.erase(at);
        say(NoticeKind::extraction_begun, NoticeLevel::notice,
            about(slot, "nothing hangs by its card any more, it is let go"));
    } else if (waiting && at == waits_.end()) {
        waits_[slot] = around_.now() + extraction_patience;
        say(NoticeKind::extraction_refused, NoticeLevel::warning,
            about(slot, fmt::format("its card is not let go, since it would cut service: {}; "
                                    "had waits {} minutes for another port",
                                    what_hangs_by(situation(), slot),
                                    extraction_patience / std::chrono::minutes(1))));
    } else if (waiting && around_.now() >= at->second) {
        waits_.erase(at);
        end_offline(slot, "no other port has come, it must be asked again");
    }
}

void Reconciler::end_offline(const SlotName& slot, const std::string& why) {
    waits_.erase(slot);
    orders_.offline.erase(slot);
    keep_or_log();
    say(NoticeKind::order_ended, NoticeLevel::notice,
        about(slot, fmt::format("the order that it be offline ends: {}", why)));
}

} // namespace had
