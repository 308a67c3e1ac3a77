// The reconciler's fast path: from the loss of an active port to another one, in the same turn.
#include "had/core/failover.hpp"
#include "had/reconciler.hpp"

#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

Ifindex active_of(const Link& bond) {
    return static_cast<Ifindex>(number_of(bond.bond->options, BondOption::active_slave));
}

std::string_view why_left(const Link* old, const Link& bond, bool by_had) {
    if (!old) return "removed";
    if (old->master != bond.index) return "released";
    if (!old->up) return "removed or set down";
    return !old->carrier ? "link lost" : by_had ? "failback" : "chosen by the kernel";
}

// What was sent and not yet echoed is not sent again, nor what the kernel has just refused.
bool is_under_way(const Attempts& attempts, const Operation& operation, TimePoint now) {
    const Attempt* attempt = attempts.find(operation);
    if (!attempt) return false;
    return attempt->state == Attempt::State::acknowledged ? now < attempt->at + echo_limit
                                                          : now < attempt->retry_at();
}

std::string in_words(const Timeline& t) {
    return fmt::format("decided after {} us, acknowledged {} us, announced {} us", t.decided.count(),
                       t.acknowledged.count(), t.announced.count());
}

} // namespace

void Reconciler::hear_link(const Link& link) {
    if (link.bond) tell_failover(link);
    const bool watched = link.slave || owned_.raised.contains(link.index);
    if (!watched || !core::hear_link(standings_, link, around_.now())) return;
    sensed_ = standings_.at(link.index).since;
    if (link.master != 0) shaken_.insert(link.master);
}

void Reconciler::fail_over() {
    if (!begun_ || shaken_.empty()) return;
    const std::set<Ifindex> shaken = std::exchange(shaken_, {});
    for (const BondConfig& bond : config_.bonds) {
        const Link* link = observed_.link(bond.name);
        if (!link || !shaken.contains(link->index)) continue;
        std::optional<TimePoint> next;
        const auto action = failover_of(situation(), bond, next);
        const TimePoint decided = around_.now();
        if (!action || is_under_way(attempts_, action->operation, decided)) continue;
        make(action->operation, action->reason);
    }
}

// What had asked for is told apart from what the kernel did by itself, when its echo comes.
void Reconciler::note_shift(const Operation& operation, TimePoint decided) {
    const auto* change = std::get_if<SetBondOptions>(&operation);
    if (!change) return;
    auto to = change->options.find(BondOption::active_slave);
    if (to == change->options.end()) return;
    shifts_[change->bond.name] = {static_cast<Ifindex>(std::get<std::uint64_t>(to->second)), sensed_,
                                  decided, around_.now()};
}

void Reconciler::tell_failover(const Link& bond) {
    const Ifindex now = active_of(bond);
    Ifindex& told = active_[bond.index];
    const Ifindex was = std::exchange(told, now);
    if (!begun_ || was == now || was == 0 || now == 0) return;
    const Link* from = observed_.link(was);
    const Link* to = observed_.link(now);
    const PlacedPort* port = chassis_.port(now);
    Notice notice;
    notice.bond = bond.name;
    notice.from = from ? from->name : "";
    notice.to = to ? to->name : "";
    notice.port = port ? to_string(port->name) : "";
    const auto shift = shifts_.extract(bond.name);
    const bool by_had = !shift.empty() && shift.mapped().to == now;
    notice.by = by_had ? "had" : "kernel";
    notice.cause = why_left(from, bond, by_had);
    std::string timeline;
    if (by_had && notice.cause != "failback") {
        const Shift& s = shift.mapped();
        notice.timeline = {s.decided - s.sensed, s.acknowledged - s.sensed, around_.now() - s.sensed};
        timeline = ", " + in_words(*notice.timeline);
    }
    notice.text = fmt::format("{}: active port is now {}{}, was {} ({}), by {}{}", bond.name, notice.to,
                              port ? fmt::format(" ({})", notice.port) : "",
                              notice.from.empty() ? "one that is gone" : notice.from, notice.cause,
                              by_had ? "had" : "the kernel", timeline);
    say(NoticeKind::failover, NoticeLevel::warning, std::move(notice));
}

} // namespace had
