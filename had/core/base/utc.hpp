// Times of day as the protocol writes them, RFC 3339 in UTC, read as numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace had::core {

// "2002-05-01T12:00:00Z", with or without a fraction of up to nine digits, as microseconds since 1970.  Nothing: it
// is no such time.
std::optional<std::int64_t> utc_micros_from(std::string_view text);
// With six digits, so that texts sort as times do.  Requires: a time of the years 0 to 9999.
std::string utc_micros_text(std::int64_t micros);

} // namespace had::core
