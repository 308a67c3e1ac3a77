// How far each hook is: kept in /var/lib/had/notify, so that after a restart no event is left out.  `hadctl notify`
// reads it, too.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace had::notify {

inline constexpr std::string_view usual_state = "/var/lib/had/notify";
std::string state_path();                     // HAD_NOTIFY_STATE, or the usual place

struct Progress {
    std::string instance;                     // of the last event that was done
    std::uint64_t seq = 0;
    std::string time;                         // of its end; empty: it has never run
    int code = 0;
    std::size_t queued = 0;
    std::uint64_t well = 0, failed = 0;       // runs

    friend bool operator==(const Progress&, const Progress&) = default;
};

struct State {
    std::string instance = {};                // from here on all hooks have to be told
    std::uint64_t seq = 0;
    std::map<std::string, Progress> hooks = {};       // by name
    std::string damage = {};                  // what was wrong with the file

    friend bool operator==(const State&, const State&) = default;
};

std::string print(const State& state);
// What cannot be read is left out: then events are told a second time, or from now on.
State parse_state(std::string_view text);

} // namespace had::notify
