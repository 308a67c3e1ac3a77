// A time line: what has happened to an object, as a row of letters.  A year takes as many of them as a day, so a
// picture has a limit; and each says the worst of what was so in its part of the time, so the shortest outage is seen.
#pragma once

#include "had/record/availability.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace had::record {

// From the best to the worst.  Nothing was recorded; it was up; it was up, and the next failure would have taken it
// down; nobody looked; it was down by order; it was down.
inline constexpr std::string_view cell_letters = " us?pd";

struct Outage {
    State state = State::down;                // or planned, or unknown
    std::int64_t begin = 0, length = 0;       // microseconds since 1970; microseconds
    bool guessed = false;

    friend bool operator==(const Outage&, const Outage&) = default;
};

struct Move {                                 // a failover
    std::int64_t time = 0;
    std::string text = {};

    friend bool operator==(const Move&, const Move&) = default;
};

struct Row {
    std::string object, kind;
    std::string cells;                        // of cell_letters
    std::string moves;                        // as long: 'v' where there was a failover, else ' '
    unsigned outages = 0, failovers = 0;      // unplanned ones
    std::vector<Outage> last_outages;         // of all three states; the newest last
    std::vector<Move> last_failovers;
};
inline constexpr std::size_t last_kept = 20;

// Of spans and failovers in their order.  `cells`: how many.
Row row_of(const Availability& object, const std::vector<Span>& spans, const std::vector<Move>& failovers,
           const Period& period, std::size_t cells);

} // namespace had::record
