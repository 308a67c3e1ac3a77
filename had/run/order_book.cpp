#include "had/run/order_book.hpp"

#include "had/core/policy/orders.hpp"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

// The contest first: a daemon that dies in between must not leave the next one a bond that is contested still.  An
// order that cannot be kept settles nothing.
void OrderBook::keep_settled(Orders orders, const std::string& bond) {
    const auto contested = m_.owned.contested;
    contest_.settle(bond);
    try {
        run_.keep(std::move(orders));
    } catch (const std::exception&) {
        m_.owned.contested = contested;
        run_.save_if(true);
        throw;
    }
}

std::optional<Refusal> OrderBook::activate(const std::string& bond, const std::string& port,
                                           const std::string& user) {
    if (auto refusal = objection_to_activate(m_.situation(), bond, port)) return refusal;
    const Ifindex index = m_.chassis().resolve(port, m_.observed);
    const PlacedPort* placed = m_.chassis().port(index);
    ActivateOrder order{.port = lasting_name(m_.situation(), index), .by = user, .since = run_.around.date()};
    Notice notice;
    notice.bond = bond;
    notice.port = placed ? order.port : "";
    notice.interface = m_.observed.link(index)->name;
    notice.user = order.by;
    notice.text = fmt::format("{}: {} orders {} to be the active port, until `hadctl bond auto {}`", bond,
                              order.by, both_names(order.port, notice.interface), bond);
    Orders orders = m_.orders;
    orders.active[bond] = std::move(order);
    keep_settled(std::move(orders), bond);
    m_.standings.at(index).earned = true;     // the operator vouches for it
    run_.say(NoticeKind::order_given, NoticeLevel::notice, std::move(notice));
    run_.turn();
    return std::nullopt;
}

std::optional<Refusal> OrderBook::end_activation(const std::string& bond, const std::string& user) {
    if (auto refusal = objection_to_bond(m_.situation(), bond)) return refusal;
    Orders orders = m_.orders;
    const auto ended = orders.active.extract(bond);
    if (!ended) return std::nullopt;
    keep_settled(std::move(orders), bond);
    Notice notice;
    notice.bond = bond;
    notice.user = user;
    notice.text = fmt::format("{}: {} ends the order of {} that {} be the active port", bond, user,
                              ended.mapped().by, ended.mapped().port);
    run_.say(NoticeKind::order_ended, NoticeLevel::notice, std::move(notice));
    run_.turn();
    return std::nullopt;
}

std::variant<Refusal, PortName> OrderBook::leave_out(const std::string& port, const std::string& user) {
    if (auto refusal = objection_to_leave_out(m_.situation(), port)) return *std::move(refusal);
    const PlacedPort& placed = *m_.chassis().port(m_.chassis().resolve(port, m_.observed));
    const PortName name = placed.name;
    Notice notice;
    notice.port = to_string(name);
    notice.interface = m_.observed.link(placed.index)->name;
    notice.bond = placed.role->bond;
    notice.user = user;
    notice.text = fmt::format("{}: {} takes {} out of {}, until `ifenslave {} {}` or another card", notice.port,
                              user, notice.interface, notice.bond, notice.bond, notice.interface);
    Orders orders = m_.orders;
    orders.left_out[name] = {.by = user, .since = run_.around.date(), .bond = notice.bond};
    run_.keep(std::move(orders));
    run_.say(NoticeKind::order_given, NoticeLevel::notice, std::move(notice));
    run_.turn();
    return name;
}

std::optional<Refusal> OrderBook::end_leave_out(const std::string& port, const std::string& user) {
    if (auto refusal = objection_to_leave_out(m_.situation(), port)) return refusal;
    const PortName name = m_.chassis().port(m_.chassis().resolve(port, m_.observed))->name;
    Orders orders = m_.orders;
    if (orders.left_out.erase(name) == 0) return std::nullopt;
    run_.keep(std::move(orders));
    Notice notice;
    notice.port = to_string(name);
    notice.user = user;
    notice.text = fmt::format("{}: {} ends the order that it stay out of its bond", notice.port, user);
    run_.say(NoticeKind::order_ended, NoticeLevel::notice, std::move(notice));
    run_.turn();
    return std::nullopt;
}

// An order that leaves out a port does not hold for another card, nor for another bond.
void OrderBook::rearranged() {
    const auto dropped = m_.orders.prune(m_.config, m_.chassis());
    if (dropped.empty()) return;
    run_.keep_or_log();
    for (const auto& [port, order] : dropped) {
        const RoleConfig* role = role_of(m_.config, port);
        const bool stays = role && role->bond == order.bond;
        Notice notice;
        notice.port = to_string(port);
        notice.text = fmt::format("{}: the order that it stay out of {} is over, {}", notice.port, order.bond,
                                  stays ? "its card has gone"
                                        : fmt::format("{} does not put it there any more", run_.identity.file));
        run_.say(NoticeKind::order_ended, NoticeLevel::notice, std::move(notice));
    }
}

void OrderBook::pause(Duration duration, const std::string& user) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
    Orders orders = m_.orders;
    orders.pause = PauseOrder{.by = user, .since = run_.around.date(), .until = run_.around.wall() + seconds};
    Notice notice;
    notice.user = user;
    notice.text = fmt::format("{} pauses the daemon: it looks and tells, and changes nothing, {}", user,
                              end_of(*orders.pause));
    run_.keep(std::move(orders));
    run_.say(NoticeKind::order_given, NoticeLevel::notice, std::move(notice));
    run_.turn();
}

void OrderBook::resume(const std::string& user) {
    if (!m_.orders.pause) return;
    Orders orders = m_.orders;
    orders.pause.reset();
    run_.keep(std::move(orders));
    Notice notice;
    notice.user = user;
    notice.text = fmt::format("{} ends the pause: the daemon acts again", user);
    run_.say(NoticeKind::order_ended, NoticeLevel::notice, std::move(notice));
    run_.turn();
}

// Nothing: there is no pause that ends by itself.
std::optional<TimePoint> OrderBook::pause_end() const {
    if (!m_.orders.pause || !m_.orders.pause->until) return std::nullopt;
    const std::int64_t left = std::max<std::int64_t>(*m_.orders.pause->until - run_.around.wall(), 1);
    return run_.now() + std::chrono::seconds(std::min(left, pause_most.count()));
}

// A pause that was forgotten ends, and so does one that was given while the clock was wrong.
void OrderBook::before_turn() {
    if (!m_.orders.pause || !m_.orders.pause->until) return;
    std::int64_t& until = *m_.orders.pause->until;
    const std::int64_t most = run_.around.wall() + pause_most.count();
    if (until > most) {
        until = most;
        run_.keep_or_log();
        run_.log(NoticeLevel::warning, "the clock was set: the pause now lasts " + end_of(*m_.orders.pause));
    }
    if (run_.around.wall() < until) return;
    m_.orders.pause.reset();
    run_.keep_or_log();                        // and over for the next daemon as well
    Notice notice;
    notice.text = "the pause has run its time: the daemon acts again";
    run_.say(NoticeKind::order_ended, NoticeLevel::warning, std::move(notice));
}

// Drops orders whose bond or slot the file no longer names.
void OrderBook::drop_unnamed() {
    const Orders::Dropped dropped = m_.orders.prune(m_.config);
    if (dropped.bonds.empty() && dropped.slots.empty() && dropped.domains.empty() && dropped.groups.empty()) return;
    run_.keep_or_log();                        // and dropped again by the next daemon
    for (const SlotName& slot : dropped.slots) {
        extraction_.drop_wait(slot);
        Notice notice;
        notice.slot = slot;
        notice.text = fmt::format("slot {}: the order that it be offline is dropped, {}", slot,
                                  m_.config.controls(slot)
                                      ? fmt::format("it is no slot of {} any more", run_.identity.file)
                                      : "its domain is another host's now");
        run_.say(NoticeKind::order_ended, NoticeLevel::warning, std::move(notice));
    }
    for (const std::string& domain : dropped.domains) {
        domains_.drop_release(domain);
        Notice notice;
        notice.text = fmt::format("domain {}: the order about it is dropped, {} no longer names it", domain,
                                  run_.identity.file);
        run_.say(NoticeKind::order_ended, NoticeLevel::warning, std::move(notice));
    }
    for (const std::string& group : dropped.groups) {
        Notice notice;
        notice.group = group;
        notice.text = fmt::format("{}: an order about a member is dropped, {} no longer names it", group,
                                  run_.identity.file);
        run_.say(NoticeKind::order_ended, NoticeLevel::warning, std::move(notice));
    }
    for (const std::string& bond : dropped.bonds) {
        Notice notice;
        notice.bond = bond;
        notice.text = fmt::format("{}: the order about its active port is dropped, {} no longer names the bond",
                                  bond, run_.identity.file);
        run_.say(NoticeKind::order_ended, NoticeLevel::warning, std::move(notice));
    }
}

} // namespace had
