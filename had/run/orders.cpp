// What an operator orders by hand: kept first, then done like everything else that is wanted.
#include "had/core/policy/orders.hpp"
#include "had/run/reconciler.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <system_error>
#include <utility>

namespace had {

using namespace core;

std::optional<Refusal> Reconciler::activate(const std::string& bond, const std::string& port,
                                            ActivateOrder order) {
    place_again();
    if (auto refusal = objection_to_activate(situation(), bond, port)) return refusal;
    const Ifindex index = chassis().resolve(port, observed_);
    const PlacedPort* placed = chassis().port(index);
    order.port = lasting_name(situation(), index);
    Notice notice;
    notice.bond = bond;
    notice.port = placed ? order.port : "";
    notice.interface = observed_.link(index)->name;
    notice.user = order.by;
    notice.text = fmt::format("{}: {} orders {} to be the active port, until `hadctl bond auto {}`", bond,
                              order.by, both_names(order.port, notice.interface), bond);
    Orders orders = orders_;
    orders.active[bond] = std::move(order);
    keep(std::move(orders));
    settle_contest(bond);
    standings_.at(index).earned = true;       // the operator vouches for it
    say(NoticeKind::order_given, NoticeLevel::notice, std::move(notice));
    reconcile();
    return std::nullopt;
}

std::optional<Refusal> Reconciler::end_activation(const std::string& bond, const std::string& user) {
    if (auto refusal = objection_to_bond(situation(), bond)) return refusal;
    Orders orders = orders_;
    const auto ended = orders.active.extract(bond);
    if (!ended) return std::nullopt;
    keep(std::move(orders));
    settle_contest(bond);
    Notice notice;
    notice.bond = bond;
    notice.user = user;
    notice.text = fmt::format("{}: {} ends the order of {} that {} be the active port", bond, user,
                              ended.mapped().by, ended.mapped().port);
    say(NoticeKind::order_ended, NoticeLevel::notice, std::move(notice));
    reconcile();
    return std::nullopt;
}

std::optional<PortName> Reconciler::port_name(const std::string& reference) const {
    const PlacedPort* placed = chassis().port(chassis().resolve(reference, observed_));
    return placed ? std::optional(placed->name) : std::nullopt;
}

std::optional<Refusal> Reconciler::leave_out(const std::string& port, LeaveOutOrder order) {
    place_again();
    if (auto refusal = objection_to_leave_out(situation(), port)) return refusal;
    const PlacedPort& placed = *chassis().port(chassis().resolve(port, observed_));
    Notice notice;
    notice.port = to_string(placed.name);
    notice.interface = observed_.link(placed.index)->name;
    notice.bond = role_of(config_, placed.name)->bond;
    notice.user = order.by;
    notice.text = fmt::format("{}: {} takes {} out of {}, until `ifenslave {} {}` or another card", notice.port,
                              order.by, notice.interface, notice.bond, notice.bond, notice.interface);
    order.bond = notice.bond;
    Orders orders = orders_;
    orders.left_out.insert_or_assign(placed.name, std::move(order));
    keep(std::move(orders));
    say(NoticeKind::order_given, NoticeLevel::notice, std::move(notice));
    reconcile();
    return std::nullopt;
}

std::optional<Refusal> Reconciler::end_leave_out(const std::string& port, const std::string& user) {
    place_again();
    if (auto refusal = objection_to_leave_out(situation(), port)) return refusal;
    const PortName name = chassis().port(chassis().resolve(port, observed_))->name;
    Orders orders = orders_;
    if (orders.left_out.erase(name) == 0) return std::nullopt;
    keep(std::move(orders));
    Notice notice;
    notice.port = to_string(name);
    notice.user = user;
    notice.text = fmt::format("{}: {} ends the order that it stay out of its bond", notice.port, user);
    say(NoticeKind::order_ended, NoticeLevel::notice, std::move(notice));
    reconcile();
    return std::nullopt;
}

// Another card has nothing to do with it, nor has another bond.
void Reconciler::drop_left_out() {
    const auto dropped = orders_.prune(config_, chassis());
    if (dropped.empty()) return;
    keep_or_log();
    for (const auto& [port, order] : dropped) {
        const RoleConfig* role = role_of(config_, port);
        const bool stays = role && role->bond == order.bond;
        Notice notice;
        notice.port = to_string(port);
        notice.text = fmt::format("{}: the order that it stay out of {} is over, {}", notice.port, order.bond,
                                  stays ? "its card has gone"
                                        : fmt::format("{} does not put it there any more", settled_.file));
        say(NoticeKind::order_ended, NoticeLevel::notice, std::move(notice));
    }
}

void Reconciler::pause(PauseOrder order) {
    Orders orders = orders_;
    Notice notice;
    notice.user = order.by;
    notice.text = fmt::format("{} pauses the daemon: it looks and tells, and changes nothing, {}", order.by,
                              end_of(order));
    orders.pause = std::move(order);
    keep(std::move(orders));
    say(NoticeKind::order_given, NoticeLevel::notice, std::move(notice));
    reconcile();
}

void Reconciler::resume(const std::string& user) {
    if (!orders_.pause) return;
    Orders orders = orders_;
    orders.pause.reset();
    keep(std::move(orders));
    Notice notice;
    notice.user = user;
    notice.text = fmt::format("{} ends the pause: the daemon acts again", user);
    say(NoticeKind::order_ended, NoticeLevel::notice, std::move(notice));
    reconcile();
}

// Nothing: it has no end of its own.
std::optional<TimePoint> Reconciler::pause_end() const {
    if (!orders_.pause || !orders_.pause->until) return std::nullopt;
    const std::int64_t left = std::max<std::int64_t>(*orders_.pause->until - around_.wall(), 1);
    return around_.now() + std::chrono::seconds(std::min(left, pause_most.count()));
}

// Who has forgotten it is not made to suffer for it; nor whose clock was wrong when it was given.
void Reconciler::end_pause_in_time() {
    if (!orders_.pause || !orders_.pause->until) return;
    std::int64_t& until = *orders_.pause->until;
    const std::int64_t most = around_.wall() + pause_most.count();
    if (until > most) {
        until = most;
        keep_or_log();
        around_.log(NoticeLevel::warning, "the clock was set: the pause now lasts " + end_of(*orders_.pause));
    }
    if (around_.wall() < until) return;
    orders_.pause.reset();
    keep_or_log();                             // and over for the next had as well
    Notice notice;
    notice.text = "the pause has run its time: the daemon acts again";
    say(NoticeKind::order_ended, NoticeLevel::warning, std::move(notice));
}

// The file no longer names the bond or the slot: there is nothing that the order could hold.
void Reconciler::drop_orders() {
    const Orders::Dropped dropped = orders_.prune(config_);
    if (dropped.bonds.empty() && dropped.slots.empty() && dropped.domains.empty()) return;
    keep_or_log();                             // and dropped again by the next had
    for (const SlotName& slot : dropped.slots) {
        waits_.erase(slot);
        Notice notice;
        notice.slot = slot;
        notice.text = fmt::format("slot {}: the order that it be offline is dropped, {}", slot,
                                  config_.controls(slot)
                                      ? fmt::format("it is no slot of {} any more", settled_.file)
                                      : "its domain is another host's now");
        say(NoticeKind::order_ended, NoticeLevel::warning, std::move(notice));
    }
    for (const std::string& domain : dropped.domains) {
        releasing_.erase(domain);
        Notice notice;
        notice.text = fmt::format("domain {}: the order about it is dropped, {} no longer names it", domain,
                                  settled_.file);
        say(NoticeKind::order_ended, NoticeLevel::warning, std::move(notice));
    }
    for (const std::string& bond : dropped.bonds) {
        Notice notice;
        notice.bond = bond;
        notice.text = fmt::format("{}: the order about its active port is dropped, {} no longer names the bond",
                                  bond, settled_.file);
        say(NoticeKind::order_ended, NoticeLevel::warning, std::move(notice));
    }
}

// Throws when they cannot be written down: then nothing has changed.  Once they are they hold, whatever becomes
// of the call that gave them: hence the turn that is posted before.
void Reconciler::keep(Orders orders) {
    post_reconcile();
    around_.keep(orders);
    orders_ = std::move(orders);
    view_is_old_ = true;
}

// The kernel has done it, or time has: that it cannot be written down changes nothing.
void Reconciler::keep_or_log() {
    view_is_old_ = true;
    try {
        around_.keep(orders_);
    } catch (const std::exception& e) {
        around_.log(NoticeLevel::error, e.what());
    }
}

void Reconciler::settle_contest(const std::string& bond) {
    contests_.settle(bond);
    save_if(owned_.contested.erase(bond) > 0);
}

void Reconciler::settle_contests() {
    contests_.settle_all();
    save_if(!std::exchange(owned_.contested, {}).empty());
}

} // namespace had
