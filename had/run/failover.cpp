// The reconciler's fast path: from the loss of an active port to another one, in the same turn; and what
// is told of every change of active port, whoever made it.
#include "had/core/policy/extraction.hpp"
#include "had/core/policy/failover.hpp"
#include "had/run/reconciler.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

// The port that an operation is to make active; 0: it is another operation.
Ifindex made_active_by(const Operation& operation) {
    const auto* change = std::get_if<SetBondOptions>(&operation);
    if (!change) return 0;
    return static_cast<Ifindex>(number_of(change->options, BondOption::active_slave));
}

// What was sent and not yet echoed is not sent again, nor what the kernel has just refused.
bool is_under_way(const Attempts& attempts, const Operation& operation, TimePoint now) {
    const Attempt* attempt = attempts.find(operation);
    if (!attempt) return false;
    return attempt->state == Attempt::State::acknowledged ? now < attempt->at + echo_limit
                                                          : now < attempt->retry_at();
}

std::string in_words(const Timeline& t) {
    return fmt::format("decided after {} us, acknowledged {} us, announced {} us{}", t.decided.count(),
                       t.acknowledged.count(), t.announced.count(),
                       t.peers_told ? fmt::format(", peers told {} us", t.peers_told->count()) : "");
}

} // namespace

void Reconciler::hear_link(const Link& link) {
    if (link.bond) tell_failover(link);
    if (auto sense = senses_.find(link.index); sense != senses_.end()) hear_port(sense->second, link);
    const bool watched = link.slave || owned_.raised.contains(link.index);
    if (!watched) return;
    if (core::hear_link(standings_, link, around_.now()) && link.master != 0) shaken_.insert(link.master);
    if (std::exchange(standings_.at(link.index).refused, std::nullopt)) ask_again(link);
}

// Something has changed since the kernel refused to make it active.
void Reconciler::ask_again(const Link& port) {
    std::erase_if(attempts_.by_key, [&](const auto& entry) {
        const Attempt& attempt = entry.second;
        return attempt.state == Attempt::State::failed && made_active_by(attempt.operation) == port.index;
    });
    shaken_.insert(port.master);
}

void Reconciler::fail_over() {
    if (!begun_ || shaken_.empty() || orders_.pause) return;
    std::set<Ifindex> shaken = std::exchange(shaken_, {});
    try {
        fail_over(shaken);
    } catch (...) {
        shaken_.merge(shaken);                 // nothing of it is settled
        throw;
    }
}

void Reconciler::fail_over(const std::set<Ifindex>& shaken) {
    for (const BondConfig& bond : config_.bonds) {
        const Link* link = observed_.link(bond.name);
        if (!link || !shaken.contains(link->index)) continue;
        std::optional<TimePoint> next;
        // Of a port that the kernel refuses the next one is asked, and none twice: so this ends.
        while (const auto action = failover_of(situation(), bond, next)) {
            if (is_under_way(attempts_, action->operation, around_.now())) break;
            if (make(action->operation, action->reason)) break;
        }
    }
}

// What had asked for is told apart from what the kernel did by itself, when its echo comes.
void Reconciler::note_shift(const Operation& operation, TimePoint decided) {
    const Ifindex to = made_active_by(operation);
    if (to == 0) return;
    const std::string& bond = std::get<SetBondOptions>(operation).bond.name;
    const Link* link = observed_.link(bond);
    if (!link || !link->bond) return;
    const Ifindex from = active_of(*link);
    Shift shift{to, decided, decided, around_.now(), std::string(loss_of(observed_.link(from), *link)), ""};
    // The failing port's own time: others may have lost their links since.
    if (auto at = standings_.find(from); at != standings_.end() && !at->second.link) {
        shift.sensed = at->second.since;
        const bool told_first = shift.cause.empty() || shift.cause == cause::carrier;
        if (told_first && at->second.lost_by) shift.cause = loss_by(*at->second.lost_by);
    }
    const ActivateOrder* order = orders_.of_bond(bond);
    const PlacedPort* left = chassis().port(from);
    if (shift.cause.empty() && withholds(situation(), from)) {
        shift.cause = cause::extraction;
        const auto leaving = leaving_of(situation(), left->name.slot);
        if (leaving && leaving->by != by_handle) shift.user = leaving->by;
    } else if (shift.cause.empty() && order && chassis().resolve(order->port, observed_) == to) {
        shift.cause = cause::by_operator;
        shift.user = order->by;
    } else if (shift.cause.empty())
        shift.cause = cause::failback;
    shifts_[bond] = std::move(shift);
}

// The kernel calls a port unfit that had took for fit: it knows more, and its word is on its way.
void Reconciler::note_refusal(const Operation& operation) {
    auto at = standings_.find(made_active_by(operation));
    if (at != standings_.end()) at->second.refused = around_.now();
}

void Reconciler::tell_failover(const Link& bond) {
    const Ifindex now = active_of(bond);
    Ifindex& told = active_[bond.index];
    const Ifindex was = std::exchange(told, now);
    if (!begun_ || was == now || was == 0 || now == 0) return;
    const Link* from = observed_.link(was);
    Notice notice;
    TimePoint sensed;
    const auto shift = shifts_.find(bond.name);
    const bool by_had = shift != shifts_.end() && shift->second.to == now &&
                        around_.now() < shift->second.acknowledged + echo_limit;
    if (by_had) {
        const Shift& s = shift->second;
        notice.by = "had";
        notice.cause = s.cause;
        notice.user = s.user;
        notice.timeline = {s.decided - s.sensed, s.acknowledged - s.sensed, around_.now() - s.sensed, {}};
        sensed = s.sensed;
        shifts_.erase(shift);
    } else {
        notice.by = "kernel";
        notice.cause = loss_of(from, bond);
        if (notice.cause.empty()) {
            notice.cause = cause::kernel;
            note_interference(bond.name);
        }
    }
    if (notice.cause != cause::kernel && config_.bond(bond.name)) owned_.actives[bond.name] = now;
    unsaved_ = true;
    untold_.push_back({bond.index, sensed, failover_notice(bond, from, std::move(notice))});
}

// In the kernel it follows the failover at once, unless a delay is configured: so it is in the same turn.
void Reconciler::hear_peers_told(Ifindex bond) {
    for (Untold& untold : untold_)
        if (auto& timeline = untold.notice.timeline; untold.bond == bond && timeline && !timeline->peers_told)
            timeline->peers_told = around_.now() - untold.sensed;
}

// Of what did not fail, nobody asks how long it took.
void Reconciler::tell_failovers() {
    for (Untold& untold : std::exchange(untold_, {})) {
        Notice& notice = untold.notice;
        const bool wished = notice.cause == cause::failback || notice.cause == cause::by_operator ||
                            notice.cause == cause::extraction;
        if (notice.timeline && !wished)
            notice.text += ", " + in_words(*notice.timeline);
        say(NoticeKind::failover, NoticeLevel::warning, std::move(notice));
    }
}

Notice Reconciler::failover_notice(const Link& bond, const Link* from, Notice notice) const {
    const Link* to = observed_.link(active_of(bond));
    const PlacedPort* port = to ? chassis().port(to->index) : nullptr;
    notice.bond = bond.name;
    notice.from = from ? from->name : "";
    notice.to = to ? to->name : "";
    notice.port = port ? to_string(port->name) : "";
    notice.text = fmt::format("{}: active port is now {}{}, was {} ({}{}), by {}", bond.name, notice.to,
                              port ? fmt::format(" ({})", notice.port) : "",
                              from ? from->name : "one that is gone", words_of_cause(notice.cause),
                              notice.user.empty() ? "" : " of " + notice.user,
                              notice.by == "had" ? "had" : "the kernel");
    return notice;
}

// Somebody moved the bond off a port that was good.  It is brought back (core/policy/failover.cpp), but not for
// ever.
void Reconciler::note_interference(const std::string& bond) {
    if (contests_.undone(bond, around_.now()) && config_.bond(bond)) owned_.contested.insert(bond);
}

// True: something is left to others from now on, so that the plan is another.
bool Reconciler::hear_contests(const std::vector<Action>& wanted) {
    std::set<std::string> lost = contests_.lost(wanted, around_.now());
    if (lost.empty()) return false;
    owned_.contested.merge(lost);
    save_if(true);
    return true;
}

// What had last knew as active is kept, so that another had can tell what happened before it came.  A port
// that somebody else made active is not had's choice as long as the one before it could serve.
void Reconciler::learn_actives() {
    for (const BondConfig& bond : config_.bonds) {
        const Link* link = observed_.link(bond.name);
        const Ifindex now = link && link->bond ? active_of(*link) : 0;
        const auto last = owned_.actives.find(bond.name);
        if (now == 0 || (last != owned_.actives.end() && last->second == now)) continue;
        std::optional<TimePoint> next;
        const auto candidates = candidates_of(situation(), bond, *link, next);
        const bool undecided = std::any_of(candidates.begin(), candidates.end(),
                                           [](const Candidate& c) { return c.displaced; });
        if (undecided) continue;
        owned_.actives[bond.name] = now;
        unsaved_ = true;
    }
}

// What happened while had was not there.
void Reconciler::adopt_actives() {
    for (auto& [name, last] : owned_.actives) {
        const Link* bond = observed_.link(name);
        const Ifindex now = bond && bond->bond ? active_of(*bond) : 0;
        if (now == 0 || now == last) continue;
        Notice notice;
        notice.by = "kernel";
        notice.cause = cause::adopted;
        notice = failover_notice(*bond, observed_.link(last), std::move(notice));
        say(NoticeKind::failover, NoticeLevel::warning, std::move(notice));
        last = now;
        unsaved_ = true;
    }
}

} // namespace had
