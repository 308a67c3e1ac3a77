#include "had/run/failover.hpp"

#include "had/core/policy/extraction.hpp"
#include "had/core/policy/failover.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

// The port that the operation makes active; 0: it is another operation.
Ifindex made_active_by(const Operation& operation) {
    const auto* change = std::get_if<SetBondOptions>(&operation);
    if (!change) return 0;
    return static_cast<Ifindex>(number_of(change->options, BondOption::active_slave));
}

std::string in_words(const Timeline& t) {
    return fmt::format("decided after {} us, acknowledged {} us, announced {} us{}", t.decided.count(),
                       t.acknowledged.count(), t.announced.count(),
                       t.peers_told ? fmt::format(", peers told {} us", t.peers_told->count()) : "");
}

} // namespace

void Failover::hear_link(const Link& link) {
    ready_.hear_link(link);
    if (link.bond) hear_active(link);
    const bool watched = link.slave || m_.owned.raised.contains(link.index);
    if (!watched) return;
    if (core::hear_link(m_.standings, link, run_.now()) && link.master != 0) look_at(link.master);
    if (std::exchange(m_.standings.at(link.index).refused, std::nullopt)) ask_again(link);
}

void Failover::look_at(Ifindex bond) {
    const bool known = std::find(dirty_bonds_.begin(), dirty_bonds_.end(), bond) != dirty_bonds_.end();
    if (!known) dirty_bonds_.push_back(bond);
}

// Something has changed since the kernel refused to make it active.
void Failover::ask_again(const Link& port) {
    std::erase_if(m_.attempts.by_key, [&](const auto& entry) {
        const Attempt& attempt = entry.second;
        return attempt.state == Attempt::State::failed && made_active_by(attempt.operation) == port.index;
    });
    look_at(port.master);
}

void Failover::act() {
    if (!m_.begun || m_.orders.pause) return;
    while (!dirty_bonds_.empty()) {
        const Ifindex bond = dirty_bonds_.front();
        dirty_bonds_.erase(dirty_bonds_.begin());
        try {
            if (!send_ready(bond)) act_on(bond);
        } catch (...) {
            look_at(bond);                         // again, later
            throw;
        }
    }
}

// True: the kernel has taken it.
bool Failover::send_ready(Ifindex bond) {
    const auto move = ready_.take(bond);
    return move && executor_.send(*move->request, move->action.operation, move->action.reason);
}

void Failover::act_on(Ifindex index) {
    const Link* link = m_.observed.link(index);
    const BondConfig* bond = link ? m_.config.bond(link->name) : nullptr;
    if (!bond) return;
    std::optional<TimePoint> next;
    // When the kernel refuses a port the next one is tried, and none twice: so this ends.
    while (const auto action = failover_of(m_.situation(), *bond, next)) {
        if (m_.attempts.waits(action->operation, run_.now())) break;
        if (executor_.make(action->operation, action->reason)) break;
    }
}

// Remembers what the daemon asked for, so that the echo can be told from what the kernel does by itself.
void Failover::note_move(const Operation& operation, TimePoint decided) {
    const Ifindex to = made_active_by(operation);
    if (to == 0) return;
    const std::string& bond = std::get<SetBondOptions>(operation).bond.name;
    const Link* link = m_.observed.link(bond);
    if (!link || !link->bond) return;
    const Ifindex from = active_of(*link);
    PendingMove asked{.to = to,
                      .sensed = decided,
                      .decided = decided,
                      .acknowledged = run_.now(),
                      .cause = std::string(loss_of(m_.observed.link(from), *link)),
                      .user = ""};
    // The time of the failing port's own loss: others may have lost their links since.
    if (auto at = m_.standings.find(from); at != m_.standings.end() && !at->second.link) {
        asked.sensed = at->second.since;
        const bool told_first = asked.cause.empty() || asked.cause == cause::carrier;
        if (told_first && at->second.lost_by) asked.cause = probe_kind(*at->second.lost_by).cause;
    }
    const ActivateOrder* order = m_.orders.of_bond(bond);
    const PlacedPort* left = m_.chassis().port(from);
    if (asked.cause.empty() && is_withheld(m_.situation(), from)) {
        asked.cause = cause::extraction;
        const auto leaving = leaving_of(m_.situation(), left->name.slot);
        if (leaving && leaving->by != by_handle) asked.user = leaving->by;
    } else if (asked.cause.empty() && order && m_.chassis().resolve(order->port, m_.observed) == to) {
        asked.cause = cause::by_operator;
        asked.user = order->by;
    } else if (asked.cause.empty())
        asked.cause = cause::failback;
    moves_[bond] = std::move(asked);
}

// The kernel refuses a port that the daemon took for good: it knows more, and its message is on its way.
void Failover::note_refusal(const Operation& operation) {
    auto at = m_.standings.find(made_active_by(operation));
    if (at != m_.standings.end()) at->second.refused = run_.now();
}

void Failover::hear_active(const Link& bond) {
    const Ifindex now = active_of(bond);
    Ifindex& told = active_[bond.index];
    const Ifindex was = std::exchange(told, now);
    if (!m_.begun || was == now || was == 0 || now == 0) return;
    const Link* from = m_.observed.link(was);
    Notice notice;
    TimePoint sensed;
    const auto move = moves_.find(bond.name);
    const bool by_had = move != moves_.end() && move->second.to == now &&
                        run_.now() < move->second.acknowledged + echo_limit;
    if (by_had) {
        const PendingMove& asked = move->second;
        notice.by = "had";
        notice.cause = asked.cause;
        notice.user = asked.user;
        sensed = asked.sensed;
        notice.timeline = {asked.decided - sensed, asked.acknowledged - sensed, run_.now() - sensed, {}};
        moves_.erase(move);
    } else {
        notice.by = "kernel";
        notice.cause = loss_of(from, bond);
        if (notice.cause.empty()) {
            notice.cause = cause::kernel;
            contest_.note_interference(bond.name);
        }
    }
    if (notice.cause != cause::kernel && m_.config.bond(bond.name)) m_.owned.actives[bond.name] = now;
    note_active(bond.index);
    pending_.push_back({bond.index, sensed, notice_of(bond, from, std::move(notice))});
}

// The kernel tells the peers right after the failover unless a delay is configured, so it is heard in the same turn.
void Failover::hear_peers_told(Ifindex bond) {
    for (PendingNotice& pending : pending_)
        if (auto& timeline = pending.notice.timeline; pending.bond == bond && timeline && !timeline->peers_told)
            timeline->peers_told = run_.now() - pending.sensed;
}

// Where no port has failed, the duration is of no interest.
void Failover::tell() {
    for (PendingNotice& pending : std::exchange(pending_, {})) {
        Notice& notice = pending.notice;
        const bool wished = notice.cause == cause::failback || notice.cause == cause::by_operator ||
                            notice.cause == cause::extraction;
        if (notice.timeline && !wished)
            notice.text += ", " + in_words(*notice.timeline);
        run_.say(NoticeKind::failover, wished ? NoticeLevel::notice : NoticeLevel::warning, std::move(notice));
    }
}

Notice Failover::notice_of(const Link& bond, const Link* from, Notice notice) const {
    const Link* to = m_.observed.link(active_of(bond));
    const PlacedPort* port = to ? m_.chassis().port(to->index) : nullptr;
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

// Records the active ports, so that the next daemon can tell what happened before it came.  A port that another
// program made active does not count as the daemon's choice while the port before it could serve.
void Failover::learn_actives() {
    std::set<Ifindex> bonds = std::exchange(undecided_, {});
    if (m_.touched.is_everything(learned_)) {
        for (const BondConfig& bond : m_.config.bonds)
            if (const Link* link = m_.observed.link(bond.name)) bonds.insert(link->index);
    } else {
        for (const Touched::Entry& entry : m_.touched.since(learned_))
            if (const Link* link = m_.observed.link(entry.link)) bonds.insert(link->bond ? link->index : link->master);
    }
    learned_ = m_.touched.now();
    for (const Ifindex index : bonds)
        if (const Link* link = m_.observed.link(index); link && link->bond) learn_active(*link);
}

void Failover::learn_active(const Link& link) {
    const BondConfig* bond = m_.config.bond(link.name);
    const Ifindex now = bond ? active_of(link) : 0;
    const auto last = m_.owned.actives.find(link.name);
    if (now == 0 || (last != m_.owned.actives.end() && last->second == now)) return;
    std::optional<TimePoint> next;
    const auto candidates = candidates_of(m_.situation(), *bond, link, next);
    if (std::any_of(candidates.begin(), candidates.end(), [](const Candidate& c) { return c.displaced; })) {
        undecided_.insert(link.index);
        return;
    }
    m_.owned.actives[link.name] = now;
    note_active(link.index);
}

// Tells what happened while no daemon ran.
void Failover::adopt_actives() {
    for (auto& [name, last] : m_.owned.actives) {
        const Link* bond = m_.observed.link(name);
        const Ifindex now = bond && bond->bond ? active_of(*bond) : 0;
        if (now == 0 || now == last || m_.owned.contested.contains(name)) continue;
        Notice notice;
        notice.by = "kernel";
        notice.cause = cause::adopted;
        notice = notice_of(*bond, m_.observed.link(last), std::move(notice));
        run_.say(NoticeKind::failover, NoticeLevel::warning, std::move(notice));
        last = now;
        note_active(bond->index);
    }
}

void Failover::after_request(const Operation& operation, TimePoint began, bool ok) {
    if (ok) note_move(operation, began);
    else note_refusal(operation);
}

void Failover::forget_gone_links() {
    const auto is_gone = [this](const auto& entry) { return !m_.observed.link(entry.first); };
    std::erase_if(m_.standings, is_gone);
    std::erase_if(active_, is_gone);
    std::erase_if(moves_, [this](const auto& entry) { return !m_.observed.link(entry.first); });
    std::erase_if(dirty_bonds_, [this](Ifindex bond) { return !m_.observed.link(bond); });
}

void Failover::after_turn() {
    learn_actives();
    if (std::exchange(unsaved_, false)) run_.save_noted();
}

void Failover::note_active(Ifindex bond) {
    m_.note_owned(bond);
    unsaved_ = true;
}

} // namespace had
