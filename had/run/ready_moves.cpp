#include "had/run/ready_moves.hpp"

#include "had/core/policy/failover.hpp"
#include "had/run/restored.hpp"

#include <algorithm>
#include <utility>

namespace had {

using namespace core;

// A card that is to be let go depends on other bonds: then all is asked when it is needed.  What fails here, for want
// of memory for example, leaves a bond without an answer, and it is asked later.
void ReadyMoves::get_ready() {
    const auto& offline = m_.orders.offline;
    const auto& domains = m_.orders.domains;
    const bool leaves = std::any_of(offline.begin(), offline.end(), [](const auto& one) { return !one.second.out; }) ||
                        std::any_of(domains.begin(), domains.end(), [](const auto& one) { return !one.second.take; });
    if (leaves) {
        moves_.clear();
        read_ = {};
        return;
    }
    std::set<Ifindex> without;
    for (const Ifindex index : drop_old()) {
        const auto link = m_.observed.links.find(index);
        const BondConfig* bond = link == m_.observed.links.end() ? nullptr : m_.config.bond(link->second.name);
        if (!bond || moves_.contains(index)) continue;
        Run::tried([&] { return get_ready(*bond, link->second), ActionResult{}; });
        if (!moves_.contains(index)) without.insert(index);
    }
    without_ = std::move(without);
    read_ = m_.touched.now();
}

// What no longer holds; and the bonds that may have no answer ready now.
std::set<Ifindex> ReadyMoves::drop_old() {
    std::set<Ifindex> open = without_;
    if (m_.touched.is_everything(read_)) {
        moves_.clear();
        for (const BondConfig& bond : m_.config.bonds)
            if (const Link* link = m_.observed.link(bond.name)) open.insert(link->index);
        return open;
    }
    for (const Touched::Entry& entry : m_.touched.since(read_)) {
        const Link* link = m_.observed.link(entry.link);
        if (!link) continue;
        const Ifindex bond = link->bond ? link->index : link->master;
        open.insert(bond);
        if (!entry.heard) moves_.erase(bond);  // what was heard hear_link() has seen to
    }
    std::erase_if(moves_, [&, now = run_.now()](const auto& entry) {
        return entry.second.ends_by(now) && (open.insert(entry.first), true);
    });
    return open;
}

void ReadyMoves::get_ready(const BondConfig& bond, Link& link) {
    if (!link.bond) return;
    const auto active = m_.observed.links.find(active_of(link));
    if (active == m_.observed.links.end()) return;
    Link& port = active->second;
    const auto standing = m_.standings.find(port.index);
    if (standing == m_.standings.end() || !port.slave || port.master != link.index || !port.up || !port.carrier) return;
    Move move{.port = port.index, .address = port.address, .permanent = port.slave->permanent};
    std::optional<Action> action;
    {
        const Restored carrier(port.carrier);
        const Restored trusted(standing->second);
        port.carrier = false;
        core::hear_link(m_.standings, port, run_.now());
        action = failover_of(m_.situation(), bond, move.until);
    }
    // What was asked already, or refused, has its time.
    if (!action || m_.attempts.find(action->operation)) return;
    move.action = *std::move(action);
    move.request = run_.kernel.prepare(move.action.operation);
    if (move.request) moves_.insert_or_assign(link.index, std::move(move));
}

void ReadyMoves::hear_link(const Link& link) {
    const auto at = moves_.find(link.slave ? link.master : link.index);
    if (at == moves_.end()) return;
    Move& move = at->second;
    const bool lost = link.index == move.port && link.slave && !(link.up && link.carrier);
    move.lost = lost && link.address == move.address && link.slave->permanent == move.permanent;
    if (!move.lost) moves_.erase(at);
}

std::optional<ReadyMoves::Move> ReadyMoves::take(Ifindex bond) {
    const auto at = moves_.find(bond);
    if (at == moves_.end()) return std::nullopt;
    std::optional<Move> move(std::move(at->second));
    moves_.erase(at);
    const bool holds = move->lost && !is_touched(bond) && !move->ends_by(run_.now());
    return holds ? std::move(move) : std::nullopt;
}

// What was heard of its links hear_link() has seen to.
bool ReadyMoves::is_touched(Ifindex bond) const {
    if (m_.touched.is_everything(read_)) return true;
    const auto entries = m_.touched.since(read_);
    return std::any_of(entries.begin(), entries.end(), [&](const Touched::Entry& entry) {
        const Link* link = entry.heard ? nullptr : m_.observed.link(entry.link);
        return link && (link->index == bond || link->master == bond);
    });
}

} // namespace had
