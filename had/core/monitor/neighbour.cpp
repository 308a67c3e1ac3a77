#include "had/core/monitor/neighbour.hpp"

#include <utility>

namespace had::core {

namespace {

// One that changes its name each time is not followed more often, nor one that says farewell each time.
constexpr Duration least_between_changes = std::chrono::seconds(10), least_after_silence = std::chrono::seconds(1);

} // namespace

NeighbourNews hear(Neighbour& neighbour, const LldpWord& word, const Mac& from, TimePoint now,
                   const std::string& date) {
    if (neighbour.heard && from != neighbour.from) return NeighbourNews::none;
    if (word.lasts == std::chrono::seconds(0)) {      // it says farewell
        const bool was_heard = std::exchange(neighbour.heard, false);
        return was_heard ? NeighbourNews::known : NeighbourNews::none;
    }
    const bool same = word.system == neighbour.system && word.port == neighbour.port;
    const bool first = neighbour.since.empty();
    const Duration pause = neighbour.heard ? least_between_changes : least_after_silence;
    if (!same && !first && now < neighbour.changed + pause) return NeighbourNews::none;
    const bool was_heard = std::exchange(neighbour.heard, true);
    neighbour.from = from;
    neighbour.until = now + word.lasts;
    if (same && !first) return was_heard ? NeighbourNews::none : NeighbourNews::known;
    if (!first) neighbour.was = neighbour.name();
    neighbour.system = word.system;
    neighbour.port = word.port;
    neighbour.since = date;
    neighbour.changed = now;
    return first ? NeighbourNews::known : NeighbourNews::changed;
}

} // namespace had::core
