// What was tried, and the results: in flight, done, or to be tried again later.
//
// An action stays wanted until the kernel's echo shows its effect.  Between the acknowledgement and the
// echo it must not be sent twice.  When no echo comes it has failed, whatever the acknowledgement said.
// A failed action is tried again after 1, 2, 4 ... 60 seconds as long as it is wanted; what could not even be sent
// says nothing of the kernel's mind, and is tried again each second.  The failure is forgotten
// when the action is no longer wanted, or when something else is wanted of the same object.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/world/observed.hpp"
#include "had/core/base/types.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace had::core {

inline constexpr Duration echo_limit = std::chrono::seconds(2);
inline constexpr Duration retry_first = std::chrono::seconds(1);
inline constexpr Duration retry_most = std::chrono::seconds(60);

struct Attempt {
    enum class State : unsigned char { running, acknowledged, failed };

    Operation operation;
    State state = State::running;
    TimePoint at{};                           // when it came into this state
    unsigned failures = 0;                    // in a row
    ActionResult result = {};                 // of the last try that failed
    bool woken = false;                       // since it failed: it does not wait for the clock

    [[nodiscard]] TimePoint retry_at() const;
    friend bool operator==(const Attempt&, const Attempt&) = default;
};

// What a driver will not have: another time it would say the same, and may disturb what serves to say it.
bool is_refused_for_good(const Attempt& attempt);

// How long a network device waits for udevd to settle it before it is used as it is.
inline constexpr Duration settle_limit = std::chrono::seconds(5);

struct Awaited {
    TimePoint since;
    bool in_vain = false;
    friend bool operator==(const Awaited&, const Awaited&) = default;
};

// How long a function that has lost its driver is left alone: a card that goes loses its drivers first.
inline constexpr Duration let_go_limit = std::chrono::seconds(5);

struct Attempts {
    std::map<std::string, Attempt> by_key;    // key_of(operation)
    std::map<Ifindex, Awaited> unsettled;     // what udevd has not finished with
    std::map<PciAddress, TimePoint> let_go;   // since when a function has lost its driver
    bool any_failed = true;                   // false: none has

    // Notes functions that have lost their driver, and forgets what was loaded for them before: a driver may be
    // loaded again.
    void note_drivers(const Observed& observed, TimePoint now);

    // Something else is so of an interface: what was refused there is tried again at once, though not twice
    // within a second; routes at once, when it has another address, since the gateway may be on link now.
    void wake(Ifindex link);
    void retry_routes(Ifindex link);
    // What had the place of a route has gone: where that was refused it is tried again at once.  True: it was.
    bool retry_route(const RouteKey& key);

    // An address has gone: what was made there and has gone with it is made again at once.  Returns those operations.
    std::vector<Operation> lost_with(const Address& address, const Observed& observed);

    // Another file, or an operator's command: what a driver has refused may be tried again.
    void retry_refused();

    // Returns those whose wait has just ended in vain.
    std::vector<Ifindex> await_udev(const Observed& observed, TimePoint now);

    [[nodiscard]] const Attempt* find(const Operation& operation) const;
    // It was tried, and is not tried again yet: its echo is awaited, or the kernel has just refused it.  What only
    // prepares it waits too.
    [[nodiscard]] bool waits(const Operation& operation, TimePoint now) const;
    const Attempt& began(const Operation& operation, TimePoint now);
    // False: the operation has been replaced since, and the result is dropped.
    bool ended(const Operation& operation, ActionResult result, TimePoint now);

private:
    template <class Do>
    void for_each_failed(Do what);
    void other_ports(const Operation& made);
};

struct Due {
    std::vector<Action> actions;              // to be made now, in order
    std::vector<Operation> shown;             // acknowledged, and no longer wanted: their effect has been seen
    std::optional<TimePoint> next;            // when to look again
};

// Which of the wanted actions are due.  Forgets attempts at what is no longer wanted, and turns an acknowledgement
// without an echo into a failure.  Running jobs stay until they end.
Due due(std::vector<Action> wanted, Attempts& attempts, TimePoint now);

} // namespace had::core
