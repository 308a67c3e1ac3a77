#include "had/run/lldp.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had {

using namespace core;

void Lldp::hear(const Answer& answer) {
    const PlacedPort* placed = m_.chassis().port(answer.port);
    const Link* link = m_.observed.link(answer.port);
    if (!placed || !placed->role || !link || !link->up || !link->carrier) return;
    Neighbour& neighbour = m_.neighbours[placed->name];
    ports_.insert_or_assign(link->index, placed->name);
    const NeighbourNews news = core::hear(neighbour, answer.lldp, answer.from, run_.now(), run_.around.date());
    if (news == NeighbourNews::none) return;
    m_.note_change();
    run_.post_turn();
    if (news != NeighbourNews::changed) return;
    Notice notice;
    notice.port = to_string(placed->name);
    notice.slot = placed->name.slot;
    notice.interface = link->name;
    notice.from = neighbour.was;
    notice.to = neighbour.name();
    notice.text = fmt::format("{} was on {}, is on {} now", notice.port, neighbour.was, neighbour.name());
    run_.say(NoticeKind::neighbour_changed, NoticeLevel::warning, std::move(notice));
}

void Lldp::hear_link(const Link& link) {
    const auto port = ports_.find(link.index);
    if (port == ports_.end() || (link.up && link.carrier)) return;
    const auto at = m_.neighbours.find(port->second);
    if (at == m_.neighbours.end() || !at->second.heard) return;
    fall_silent(at->second);
    m_.note_change();
}

void Lldp::forget_gone_links() {
    std::erase_if(ports_, [&](const auto& entry) { return !m_.observed.link(entry.first); });
}

// A port whose card is out keeps what was heard; one that the file names no more does not.
void Lldp::rearranged() {
    std::erase_if(m_.neighbours, [&](const auto& entry) { return !m_.config.device(entry.first); });
    for (auto& [name, neighbour] : m_.neighbours)
        if (const PlacedPort* placed = m_.chassis().port(name); !placed || placed->index == 0) fall_silent(neighbour);
}

void Lldp::before_turn() {
    for (auto& [name, neighbour] : m_.neighbours) {
        if (!neighbour.heard || run_.now() < neighbour.until) continue;
        fall_silent(neighbour);
        m_.note_change();
    }
}

std::optional<TimePoint> Lldp::next() const {
    std::optional<TimePoint> next;
    for (const auto& [name, neighbour] : m_.neighbours)
        if (neighbour.heard) earlier(next, neighbour.until);
    return next;
}

} // namespace had
