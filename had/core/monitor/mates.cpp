#include "had/core/monitor/mates.hpp"

#include <algorithm>

namespace had::core {
namespace {

constexpr Duration least_patience = std::chrono::seconds(1), longest_gap = std::chrono::seconds(10);

} // namespace

// A long gap is forgotten slowly: each look that hears somebody takes a thirty-second of it.
void note_foreign(Foreign& foreign, std::uint64_t count, TimePoint now) {
    if (foreign.looked && count > foreign.count) {
        const Duration still = foreign.heard ? *foreign.looked - *foreign.heard : Duration{};
        foreign.gap = std::min(longest_gap, std::max(still, foreign.gap - foreign.gap / 32));
        foreign.heard = foreign.looked;
    }
    foreign.looked = now;
    foreign.count = count;
    foreign.unread = false;
}

Duration patience(const Foreign& foreign) { return std::max(least_patience, 3 * foreign.gap); }

void begin_anew(Mates& mates, std::size_t place, TimePoint now, bool adopted) {
    Mate& mate = mates.ports[place];
    for (Track& track : mate.hears) begin_anew(track, now, adopted);
    for (Mate& other : mates.ports) begin_anew(other.hears[place], now, adopted);
    mate.foreign = {};
}

} // namespace had::core
