// Times and events as tests write them.
#pragma once

#include "had/record/database.hpp"

#include <string>

namespace had::test {

inline constexpr std::int64_t second = 1'000'000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
inline constexpr std::int64_t noon = 1020254400 * second;     // 2002-05-01T12:00:00Z

// So long after noon, at which the machine had run for an hour.
inline record::Moment at(std::int64_t after, const std::string& boot = "b1", std::int64_t set_by = 0) {
    return {.time = noon + after + set_by, .boot = boot, .uptime = hour + after};
}

inline record::Told told(const std::string& event, const std::string& bond, const record::Moment& when) {
    record::Told t;
    t.event = event;
    t.bond = bond;
    t.at = when;
    return t;
}

} // namespace had::test
