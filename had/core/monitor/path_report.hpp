// For `hadctl path`: one target, or one mate, through one port, as of the moment it is asked for.
#pragma once

#include "had/core/monitor/judgement.hpp"

#include <optional>
#include <string>

namespace had::core {

struct PathReport {
    std::string interface, monitor;           // "bond0", "gw"
    std::string port, who;                    // "2.1"; "10.0.1.254", "from 12.1", a file, or empty
    PathState state = PathState::unproven;
    Duration lasts{};                         // how long it has been so
    std::optional<Duration> heard;            // how long ago the last answer came; nothing: none since the link came
    std::uint64_t sent = 0, answered = 0, lost = 0, voided = 0;
    Duration round_trip{};                    // of the last answer
    std::uint64_t stray = 0;                  // came in at the port by the same transport, and answered nothing

    friend bool operator==(const PathReport&, const PathReport&) = default;
};

} // namespace had::core
