#include "had/run/extraction.hpp"

#include "had/core/policy/extraction.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

// What was done to let a card go may be heard only after the order that it come back: from udevd, who is late, or
// of a child whose daemon was killed.  So long it is looked for, and so often.
constexpr Duration undone_limit = std::chrono::seconds(5), undone_pause = std::chrono::seconds(1);

Notice about(const SlotName& slot, std::string text) {
    Notice notice;
    notice.slot = slot;
    notice.text = fmt::format("slot {}: {}", slot, text);
    return notice;
}

} // namespace

std::string hanging_by(const Situation& situation, const command::Offline& asked) {
    const bool by_force = asked.force || situation.config.had.last_port == LastPort::allow;
    return by_force || asked.wait ? "" : what_hangs_by(situation, asked.slot);
}

Refusal not_let_go(const SlotName& slot, const std::string& hanging) {
    return {false, fmt::format("slot {} is not let go: {}; --wait waits for another port, --force cuts service", slot,
                               hanging)};
}

std::optional<Refusal> Extractions::offline(const core::command::Offline& asked, const std::string& user) {
    const SlotName& slot = asked.slot;
    OfflineOrder order{.force = asked.force, .by = user, .since = run_.around.date()};
    if (auto refusal = objection_to_slot(m_.situation(), slot)) return refusal;
    if (m_.chassis().slots.at(slot).functions.empty()) return std::nullopt;       // nothing to let go
    const std::string hanging = hanging_by(m_.situation(), asked);
    if (!hanging.empty()) {
        Notice notice = about(slot, fmt::format("{} is refused to take it offline: {}", order.by, hanging));
        notice.user = order.by;
        run_.say(NoticeKind::extraction_refused, NoticeLevel::warning, std::move(notice));
        return not_let_go(slot, hanging);
    }
    order.kernel = switch_of(m_.situation(), slot);
    Orders orders = m_.orders;
    orders.offline[slot] = order;
    orders.online.erase(slot);
    run_.keep(std::move(orders));
    waits_.erase(slot);
    Notice notice = about(slot, fmt::format("{} orders it offline{}, until `hadctl slot online {}`", order.by,
                                            order.force ? " by force" : "", slot));
    notice.user = order.by;
    run_.say(NoticeKind::order_given, NoticeLevel::notice, std::move(notice));
    run_.turn();
    return std::nullopt;
}

std::optional<Refusal> Extractions::online(const SlotName& slot, const std::string& user) {
    if (auto refusal = objection_to_slot(m_.situation(), slot)) return refusal;
    const std::string kernel = switch_of(m_.situation(), slot);
    Orders orders = m_.orders;
    if (const auto ended = orders.offline.extract(slot)) {
        orders.online[slot] = {kernel, user, run_.around.date()};
        run_.keep(std::move(orders));
        waits_.erase(slot);
        Notice notice = about(slot, fmt::format("{} ends the order that it be offline ({})", user,
                                                ended.mapped().reason()));
        notice.user = user;
        run_.say(NoticeKind::order_ended, NoticeLevel::notice, std::move(notice));
    }
    watch_return(slot);
    bring_back(slot, kernel);
    run_.turn();
    return std::nullopt;
}

Extractions::ComingBack Extractions::begun_now(const SlotName& slot) const {
    const TimePoint now = run_.now();
    return {.again = now + undone_pause,
            .until = now + undone_limit,
            .had_card = !m_.chassis().slots.at(slot).functions.empty()};
}

// What another daemon had begun when it was killed is done anew, and so is what is undone by what was on its way;
// what has been done is forgotten.
void Extractions::update_online() {
    const auto online = m_.orders.online;
    back_at_.reset();
    for (const auto& [slot, order] : online)
        if (m_.chassis().slots.contains(slot)) update_return(slot, order);
    std::erase_if(coming_back_, [this](const auto& entry) { return !m_.orders.online.contains(entry.first); });
}

void Extractions::update_return(const SlotName& slot, const OnlineOrder& order) {
    const TimePoint now = run_.now();
    const auto [at, inherited] = coming_back_.try_emplace(slot, begun_now(slot));
    ComingBack& back = at->second;
    const bool is_to_go = leaving_of(m_.situation(), slot).has_value();       // by a later order
    if (inherited && !is_to_go) bring_back(slot, order.kernel);
    const PowerSlot power{.slot = slot, .kernel = order.kernel, .on = true};
    if (!is_to_go && (executor_.runs(BindDrivers{slot, {}}) || executor_.runs(power))) return;
    if (is_to_go || now >= back.until) {
        m_.orders.online.erase(slot);
        return run_.keep_or_log();
    }
    if (now >= back.again && is_undone(slot, order.kernel, back.had_card)) {
        bring_back(slot, order.kernel);
        back.again = now + undone_pause;
        back.had_card = begun_now(slot).had_card;
    }
    earlier(back_at_, now < back.again ? std::min(back.again, back.until) : back.until);
}

// Its card has lost its drivers, or has gone since.
bool Extractions::is_undone(const SlotName& slot, const std::string& kernel, bool had_card) const {
    const auto& functions = m_.chassis().slots.at(slot).functions;
    if (functions.empty()) return had_card && can_switch_on(kernel);
    return std::any_of(functions.begin(), functions.end(),
                       [this](const PciAddress& address) { return m_.observed.functions.at(address).let_go; });
}

// An opened handle asks for the same as `slot offline --wait`: a person before the chassis sees only the LED.
// The handle of a card that is not ours means nothing to us.
void Extractions::handle_opened(const std::string& kernel) {
    for (const auto& [slot, placed] : m_.chassis().slots) {
        if (placed.kernel != kernel || placed.functions.empty()) continue;
        if (objection_to_slot(m_.situation(), slot) || leaving_of(m_.situation(), slot)) return;
        m_.orders.offline[slot] = {.kernel = kernel, .by = std::string(by_handle), .since = run_.around.date()};
        waits_.erase(slot);
        run_.keep_or_log();
        return run_.say(NoticeKind::order_given, NoticeLevel::notice,
                   about(slot, "its handle is opened, its card is to go"));
    }
}

// Also functions that are just being unbound: the jobs of a slot are done one after the other.
void Extractions::bind_drivers(const SlotName& slot, const std::string& reason) {
    const bool going = executor_.runs(UnbindDrivers{slot, {}});
    std::vector<PciAddress> unbound;
    for (const PciAddress& address : m_.chassis().slots.at(slot).functions)
        if (going || m_.observed.functions.at(address).function.driver.empty()) unbound.push_back(address);
    if (!unbound.empty())
        executor_.start_job(
            {.operation = BindDrivers{slot, std::move(unbound)}, .reason = reason, .object = slot_id(slot)});
}

// The drivers of a card that is still there are bound again; a slot that is off is switched on.
void Extractions::bring_back(const SlotName& slot, const std::string& kernel) {
    const bool empty = m_.chassis().slots.at(slot).functions.empty();
    const std::string reason = fmt::format("slot {} is online again", slot);
    bind_drivers(slot, reason);
    const bool going = executor_.runs(PowerSlot{.slot = slot, .kernel = kernel, .on = false});
    if ((empty || going) && can_switch_on(kernel))
        executor_.start_job({.operation = PowerSlot{.slot = slot, .kernel = kernel, .on = true},
                   .reason = reason,
                   .object = slot_id(slot)});
}

std::optional<Refusal> Extractions::identify(const SlotName& slot, const std::string& user) {
    if (auto refusal = objection_to_slot(m_.situation(), slot)) return refusal;
    const std::string kernel = switch_of(m_.situation(), slot);
    auto at = m_.observed.slots.find(kernel);
    if (at == m_.observed.slots.end() || !at->second.can_blink)
        return Refusal{false, fmt::format("slot {} has no LED that the kernel could blink", slot)};
    if (executor_.runs(IdentifySlot{slot, kernel})) return std::nullopt;                // already blinking
    executor_.start_job({.operation = IdentifySlot{slot, kernel},
               .reason = user + " asks which it is",
               .object = slot_id(slot)});
    return std::nullopt;
}

// The core of CompactPCI takes a card in only when it is pushed in; `1` to its `power` does nothing.
bool Extractions::can_switch_on(const std::string& kernel) const {
    auto at = m_.observed.slots.find(kernel);
    return at != m_.observed.slots.end() && !at->second.is_compact_pci();
}

// Updates the orders: a card is out, another has come, or an order has waited long enough.
void Extractions::before_plan() {
    const std::map<SlotName, OfflineOrder, SlotLess> offline = m_.orders.offline;
    for (const auto& [slot, order] : offline) {
        auto placed = m_.chassis().slots.find(slot);
        if (placed == m_.chassis().slots.end()) continue;
        const bool empty = placed->second.functions.empty();
        if (order.out && !empty) end_offline(slot, "a card is in it again, and serves");
        else if (!order.out && empty && is_off(slot)) card_is_out(slot);
        else if (!order.out) update_waiting(slot);
    }
    update_online();
}

bool Extractions::is_off(const SlotName& slot) const {
    const std::string kernel = switch_of(m_.situation(), slot);
    const Attempt* attempt = m_.attempts.find(PowerSlot{.slot = slot, .kernel = kernel, .on = false});
    return kernel.empty() || (attempt && attempt->state == Attempt::State::acknowledged);
}

void Extractions::card_is_out(const SlotName& slot) {
    OfflineOrder& order = m_.orders.offline.at(slot);
    waits_.erase(slot);
    order.out = true;
    order.force = false;                       // no service is left to cut
    run_.keep_or_log();
    Notice notice = about(slot, "safe to pull");
    notice.user = order.by;
    run_.say(NoticeKind::safe_to_pull, NoticeLevel::notice, std::move(notice));
}

void Extractions::update_waiting(const SlotName& slot) {
    std::optional<TimePoint> unused;
    const bool waiting = extraction_of(m_.situation(), slot, unused) == Extraction::waiting;
    auto at = waits_.find(slot);
    if (!waiting && at != waits_.end()) {
        waits_.erase(at);
        run_.say(NoticeKind::extraction_begun, NoticeLevel::notice,
            about(slot, "nothing hangs by its card any more, it is let go"));
    } else if (waiting && at == waits_.end()) {
        waits_[slot] = run_.now() + extraction_patience;
        run_.say(NoticeKind::extraction_refused, NoticeLevel::warning,
            about(slot, fmt::format("its card is not let go, since it would cut service: {}; "
                                    "it waits {} minutes for another port",
                                    what_hangs_by(m_.situation(), slot),
                                    extraction_patience / std::chrono::minutes(1))));
    } else if (waiting && run_.now() >= at->second) {
        waits_.erase(at);
        end_offline(slot, "no other port has come, it must be asked again");
    }
}

void Extractions::end_offline(const SlotName& slot, const std::string& why) {
    waits_.erase(slot);
    m_.orders.offline.erase(slot);
    run_.keep_or_log();
    run_.say(NoticeKind::order_ended, NoticeLevel::notice,
        about(slot, fmt::format("the order that it be offline ends: {}", why)));
}

std::optional<TimePoint> Extractions::next() const {
    std::optional<TimePoint> next = back_at_;
    for (const auto& [slot, until] : waits_) earlier(next, until);
    return next;
}

} // namespace had
