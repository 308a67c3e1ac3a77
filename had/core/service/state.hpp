// What is known of each service of had.conf: in which phase it is, since when, and what came of it.
//
// A service with `for` has an instance for each device, every other one has one instance.  The states are values that
// step() moves (step.hpp); what the kernel and the processes say comes in as facts and events.
#pragma once

#include "had/core/base/types.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace had::core {

struct ServiceKey {
    std::string service, device;              // device: the kernel's name, "ttyACM0"; empty without `for`

    friend auto operator<=>(const ServiceKey&, const ServiceKey&) = default;
};
std::string to_string(const ServiceKey& key);             // "at@ttyACM0"
std::optional<ServiceKey> service_key_from(std::string_view text);

enum class Phase : std::uint8_t {
    absent,                                   // something that it needs is not there
    idle,                                     // could run; of a group, another one does
    starting, up,
    done,                                     // a oneshot that has ended well, for this device
    stopping,
    failed,                                   // it ended, or was never ready; tried again after a while
    held                                      // by an operator's order
};
std::string_view to_string(Phase phase);
std::optional<Phase> phase_from(std::string_view word);
// A process of it may be there.
constexpr bool is_active(Phase phase) {
    return phase == Phase::starting || phase == Phase::up || phase == Phase::stopping;
}

// What the runner keeps of it, for a daemon after this one.
enum class Recorded : std::uint8_t {
    nothing,
    process,                                  // that it runs
    done,                                     // that it has run
    failures,                                 // that it does not run, and when it is tried again
};

struct ServiceState {
    Phase phase = Phase::absent;
    TimePoint since{};                        // of the phase
    std::string since_date = {};              // the same, for people
    std::uint64_t device = 0;                 // the instance of its device; 0: without `for`
    int pid = 0;                              // of its process; 0: there is none that is known
    std::string started_as = {};              // the command, filled in

    std::string why = {};                     // how it failed last
    std::string waits = {};                   // why it does not run, and what would have to happen
    std::string stops_for = {};               // why it is stopped: "failback: dsl is better"
    Phase then = Phase::idle;                 // what follows when it is stopped
    Recorded kept = Recorded::nothing;
    unsigned kept_failures = 0;               // of the record
    bool started = false;                     // its program is executed
    bool bare = false;                        // it has no process: its interface is all that there is
    bool adopted = false;                     // a daemon before this one has started it
    bool unseen = false;                      // and nobody has looked yet whether it still runs
    bool unheard = false;                     // nor does anybody tell, for longer than that takes
    bool another_command = false;             // than the file wants now: waits for `reload --force`
    bool told_ready = false;                  // READY=1 has come
    bool killed = false, stuck = false;       // TERM was not enough; nor was KILL
    bool undoing = false;                     // the `stop` command of a oneshot runs

    unsigned failures = 0;                    // since it last was up for `settle`
    std::optional<TimePoint> hold = {};       // not started before that

    std::optional<TimePoint> lacks_since = {};                // since then it is up without its interface, or addresses
    std::optional<TimePoint> good_since = {}; // since then each probe has succeeded
    std::string good_date = {};               // the same, for people
    std::optional<TimePoint> probed = {};     // when the last probe began
    bool probing = false;

    friend bool operator==(const ServiceState&, const ServiceState&) = default;
};

// Up; or it was when the daemon before this one last looked, and nothing says that it is no more.
inline bool is_serving(const ServiceState& state) {
    return state.phase == Phase::up || (state.phase == Phase::starting && state.adopted && state.told_ready);
}

struct GroupState {
    std::string active = {};                  // the member that serves; empty: none
    std::string since_date = {};
    std::string why = {};                     // "dsl failed: dsl0 lost its address"

    friend bool operator==(const GroupState&, const GroupState&) = default;
};

struct ServiceStates {
    std::map<ServiceKey, ServiceState> services;
    std::map<std::string, GroupState, std::less<>> groups;

    friend bool operator==(const ServiceStates&, const ServiceStates&) = default;
};

// What an operator has ordered of a group.
struct GroupOrder {
    std::string use = {};                     // this member rather than any other; or empty
    std::map<std::string, std::string, std::less<>> held = {};        // by member: who ordered it

    friend bool operator==(const GroupOrder&, const GroupOrder&) = default;
};
using GroupOrders = std::map<std::string, GroupOrder, std::less<>>;

} // namespace had::core
