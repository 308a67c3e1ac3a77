// Availability: what part of a time an object served.
//
// Two figures, as telecom reports them: `total` counts a service that was down by order as down, `adjusted` counts it
// as up.  Time in which nobody looked is in neither, and stands beside them.  Nines are floored: 99.9989 % are four.
#pragma once

#include "had/record/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::record {

struct Period {
    std::int64_t from = 0, to = 0;            // microseconds since 1970

    friend bool operator==(const Period&, const Period&) = default;
};
// "30d", "12h"; "2026-10", which ends now if that is the present month.  Nothing: it is no such thing.
std::optional<Period> last(std::string_view duration, std::int64_t now);
std::optional<Period> month(std::string_view month, std::int64_t now);
// A time of RFC 3339, a day "2026-10-01", or a duration before now.
std::optional<std::int64_t> time_from(std::string_view text, std::int64_t now);

struct Availability {
    std::string object, kind;
    std::int64_t up = 0, down = 0, planned = 0, unknown = 0, unprotected = 0;     // microseconds
    unsigned outages = 0, planned_outages = 0;
    std::int64_t longest = 0;                 // outage
    bool guessed = false;                     // of the unknown time a part is a guess

    [[nodiscard]] std::int64_t known() const { return up + down + planned; }
    friend bool operator==(const Availability&, const Availability&) = default;
};

// In a hundred millionths, rounded down: 99998900 are 99.9989 %.  Nothing: no time of it is known.
std::optional<std::int64_t> share(std::int64_t good, std::int64_t known);
// Nothing: it was never down, or nothing is known.
std::optional<unsigned> nines(std::int64_t bad, std::int64_t known);

// Of spans in their order.  Outages that are shorter than `least` count as up.
Availability measure(const std::vector<Span>& spans, const Period& period, std::int64_t least);

// Until when what is open is known to be so: now, where the recorder lives and hears the daemon.
Moment known_until(const Mark& mark, const Moment& now);
// The spans that are open, as ended now: as far as they are known, and unknown from there on.
std::vector<Span> with_open(std::vector<Span> ended, const Span& open, const Mark& mark, const Moment& now);

} // namespace had::record
