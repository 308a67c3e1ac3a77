// What the answers of a monitor mean for the ports that it watches.
//
// A port is judged against the others.  That nobody answers through it counts only when somebody answers through
// another: else the far end is silent, and to move would only cost packets.  And it is believed only of a port through
// which somebody has answered since its carrier came: a switch port that does not forward yet, or never will, makes a
// port not preferred, and nothing more.
#pragma once

#include "had/core/base/types.hpp"
#include "had/core/config/monitor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

enum class PathState : std::uint8_t { unproven, good, silent };
std::string_view to_string(PathState state);
std::optional<PathState> path_state_from(std::string_view word);

struct Finding {
    Ifindex port = 0;
    PathState state = PathState::unproven;
    TimePoint since{};                        // when it became so
    bool doubted = false;                     // another port is better by this monitor
    bool believed = false;                    // enough to leave the port
    std::string text;                         // "no answer from 10.0.1.254"; empty: nothing to say
    std::uint64_t stray = 0;                  // frames that have come in and answer nothing, as last counted

    friend bool operator==(const Finding&, const Finding&) = default;
};

struct Judgement {
    std::vector<Finding> ports;               // in the order of the bond
    bool silent = false;                      // no port has a good path: what a fault file tells
    std::string held;                         // why nothing follows from a silence: "the far end is silent"; else empty

    friend bool operator==(const Judgement&, const Judgement&) = default;
};

} // namespace had::core
