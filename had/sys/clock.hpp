// The only place that reads a clock.
#pragma once

#include "had/core/base/types.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace had::sys {

// CLOCK_MONOTONIC: stands still while the machine sleeps, never jumps.
core::TimePoint steady_now();

// "2002-05-01T12:00:00.000001Z": RFC 3339, UTC, always six digits, so that texts sort as times do.
std::string to_rfc3339(std::chrono::system_clock::time_point time);
std::string wall_now();
std::int64_t wall_seconds();               // since 1970
// CLOCK_BOOTTIME: since the machine started, sleep included.
core::Duration uptime();
// The kernel's id of this boot, "c7b0...": another after each start of the machine.  Empty: it cannot be read.
const std::string& boot_id();

} // namespace had::sys
