// What a turn needs besides the kernel, as functions.  had/daemon.cpp makes them from the loop and the store,
// scenarios from a fake clock.
#pragma once

#include "had/core/action/owned.hpp"
#include "had/core/base/notice.hpp"
#include "had/core/policy/acceptance.hpp"
#include "had/core/policy/orders.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace had {

struct Surroundings {
    std::function<core::TimePoint()> now;
    std::function<std::int64_t()> wall;                       // seconds since 1970, UTC: for what outlives the daemon
    std::function<std::string()> date;                        // and the time, for what is kept of orders
    std::function<void(std::function<void()>)> post;          // after the handlers now ready
    std::function<void(std::optional<core::TimePoint>)> wake_at;  // then call Reconciler::wake; nothing: never
    std::function<void(std::optional<core::TimePoint>)> sense_at; // the same, for Reconciler::sense
    std::function<void(std::optional<core::TimePoint>)> probe_at; // the same, for Reconciler::probe
    std::function<void(std::optional<core::TimePoint>)> ask_peers_at; // the same, for Reconciler::ask_peers
    // For keepalived.  Throws nothing; why it could not be written, or "".
    std::function<std::string(const std::string& path, bool failed)> write_fault;
    std::function<void(const core::Notice&)> publish;
    std::function<void(core::NoticeLevel, const std::string&)> log;
    std::function<void(const core::Owned&)> save;             // before the kernel is told
    std::function<void(const core::Orders&)> keep;            // throws when they cannot be kept
    std::function<void(const core::Models&)> remember;
    std::function<void()> changed;                            // the view differs
};

struct Identity {                              // what is known from the start: the host's identity, the file's name
    std::string machine_id;
    std::string file = "had.conf";            // for reasons
    std::string event_source;
};

} // namespace had
