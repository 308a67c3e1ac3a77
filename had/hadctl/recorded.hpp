// What had-recorder has kept, as the verbs of hadctl show it.
#pragma once

#include "had/hadctl/commands.hpp"
#include "had/hadctl/picture.hpp"
#include "had/record/availability.hpp"
#include "had/record/timeline.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::hadctl {

record::Moment now();
// Throws ClientError, which says who writes it.
record::Database recorded();
// By --month, --since or --last; 30 days unless given.  Throws ClientError.
record::Period period_of(const Options& options, std::int64_t now);
// --since alone.
std::int64_t time_of(const Options& options, std::int64_t now);

struct Measured {
    record::Availability figures;
    std::vector<record::Span> spans;          // those of the period, and the open one as far as it is known
};
// Of each object, or of the one that is named; outages shorter than `least` count as up.
std::vector<Measured> measured(const record::Database& database, const std::string& object,
                               const record::Period& period, std::int64_t least);
std::string availability_json(const std::vector<Measured>& all, const record::Period& period, std::int64_t least);

// A row of so many letters for each of them.
std::vector<record::Row> rows_of(const record::Database& database, const std::vector<Measured>& all,
                                 const record::Period& period, std::size_t cells);
std::string timeline_json(const std::vector<record::Row>& rows, const record::Period& period);    // timeline.cpp
// `each`: also the last outages and failovers, a line each.  Requires: rows of style.width letters.
std::string format_timeline(const std::vector<record::Row>& rows, const std::vector<record::Availability>& figures,
                            const record::Period& period, const Style& style, bool each);

// "3 d 4 h", "2 min 3 s", "1.5 s", "230 us": the two largest units.
std::string human(std::int64_t micros);
// "99.998800 % (4 nines)".
std::string percent(std::int64_t bad, std::int64_t known);

} // namespace had::hadctl
