// Durations as a person writes them: a whole number and its unit, always with the unit.
#pragma once

#include "had/core/base/types.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace had::core {

// "200ms", "10s", "5min", "1h", "250us"; blanks between number and unit are allowed, fractions are
// not.
std::optional<Duration> duration_from(std::string_view text);
// In the largest unit that leaves no remainder: "1500ms", "2s", "30min".  Zero is "0s".
std::string print_duration(Duration duration);

} // namespace had::core
