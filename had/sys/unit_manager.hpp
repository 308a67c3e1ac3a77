// systemd as the manager of units: what is asked of it, and what it tells.  systemd_bus.hpp is the real one.
#pragma once

#include "had/core/base/types.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace had::sys {

// As org.freedesktop.systemd1(5) names the properties; of a change only what has changed.  "not-found", "activating",
// "auto-restart".
struct UnitState {
    std::optional<std::string> load = {}, active = {}, sub = {};
    std::optional<int> pid = {}, code = {}, status = {};      // of its main process; the code is si_code of waitid(2)
    std::optional<bool> transient = {};       // made by StartTransientUnit, not from a file
};

struct UnitAnswer {
    std::string error = {};                   // systemd's words; empty: it will be done
    bool exists = false;                      // a unit of that name is there already
    bool lost = false;                        // it may be done all the same: no answer came in time
    std::string job = {};                     // what has been queued for it
};

struct TransientUnit {
    std::string name = {}, description = {}, type = {};       // "exec", "notify" or "oneshot"
    std::vector<std::string> words = {}, environment = {};      // the first word is a path
    core::Duration stop_timeout{};
    std::optional<core::Duration> limit = {}; // then it is ended
    bool quiet = false;                       // it comes and goes all the time: nothing is logged of it
};

class UnitManager {
public:
    using Answer = std::function<void(const UnitAnswer&)>;
    using Look = std::function<void(const UnitState&)>;
    struct Listener {
        std::function<void(const std::string& unit, const UnitState& changed)> changed;
        std::function<void(const std::string& unit)> removed;
        std::function<void(const std::string& job, const std::string& result)> job_over;
        std::function<void(const std::string& why)> down;     // calls that are under way have no answer
        std::function<void()> up;                             // again; what has changed meanwhile was not heard
    };
    virtual ~UnitManager() = default;

    virtual void listen(Listener listener) = 0;
    [[nodiscard]] virtual bool is_up() const = 0;
    // What has not come by then is lost.
    [[nodiscard]] virtual core::Duration answers_within() const = 0;
    // None of them blocks.  They throw std::exception when nothing could be asked.
    virtual void start(const TransientUnit& unit, Answer answer) = 0;
    virtual void start(const std::string& unit, Answer answer) = 0;
    virtual void stop(const std::string& unit, Answer answer) = 0;
    virtual void kill(const std::string& unit, Answer answer) = 0;        // KILL, to all of its processes
    // Everything of it; of one that is not there its load state says so.  Of an answer that is lost nothing is told.
    virtual void look(const std::string& unit, Look look) = 0;
};

} // namespace had::sys
