// What an event and a span add to the counters, and where these begin.  A counter has the name of its metric
// (metrics.hpp), without "_total".  Labels are places, causes and who did it; never a state or an interface, which
// would break the counter.  A cause that is not known here is `other`, so that the number of series is bounded.
#pragma once

#include "had/record/database.hpp"

namespace had::record {

// The upper bounds of the buckets of had_bond_failover_duration_seconds; the last one is without a bound.
inline constexpr double failover_bounds[] = {0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10};

// What a thing has from the beginning, at 0, each known cause included: of a series that begins with 1, increase()
// never sees that 1.  `kind` is "bond", "port" or "slot"; empty: what the whole chassis has.
void begin(std::string_view kind, const std::string& name, Counters& into);
void count(const Told& told, Counters& into);
void count(const Span& span, Counters& into);
std::string label(std::string_view name, std::string_view value);     // name="value", with its escapes

} // namespace had::record
