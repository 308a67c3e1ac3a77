// Who starts and ends the processes of services, and finds devices.  sys/service_runner is the real one.
//
// A service outlives the daemon.  So what runs is written down before it does, and the next daemon adopts it.  Whether
// it is a unit of systemd's or a child of the daemon is the runner's business.
#pragma once

#include "had/core/service/device.hpp"
#include "had/core/service/state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace had::core {

// A process of a service.
struct Launch {
    ServiceKey key;
    std::vector<std::string> words = {};
    std::string command = {};                 // the same in one line, kept beside the process
    std::uint64_t device = 0;
    std::string unit = {};                    // an existing unit of systemd's, in the place of the words
    bool oneshot = false;
    bool notifies = false;                    // it says when it is ready
    Duration stop_timeout{};
};

// A short one beside it: its probe, what undoes a oneshot, what tells a DHCP client of a failover.
enum class HelperKind : std::uint8_t { probe, undo, rebind };
struct Helper {
    ServiceKey key;
    HelperKind kind = HelperKind::probe;

    friend auto operator<=>(const Helper&, const Helper&) = default;
};

struct ProcessEnd {
    bool known = true;                        // false: it was adopted, and its status went to another parent
    int code = 0;                             // 128 + N: signal N ended it
    std::string trouble = {};                 // it could not be started, and why

    [[nodiscard]] bool well() const { return known && code == 0 && trouble.empty(); }
    friend bool operator==(const ProcessEnd&, const ProcessEnd&) = default;
};
std::string to_string(const ProcessEnd& end);             // "ended with 16", "ended by signal 9 (Killed)"

// How often a service has failed in a row, and how long it is left alone for that.
struct Failures {
    unsigned count = 0;
    TimePoint until{};                        // of the clock that runs since the machine started, as the record does
    std::string why = {};

    friend bool operator==(const Failures&, const Failures&) = default;
};

// What has become of a service that a daemon before this one has started, or has given up for a while.
enum class Fate : std::uint8_t {
    runs,
    bare,                                     // it has no process, and was up
    unseen,                                   // nobody has looked yet: ServiceSeen or ServiceEnded tells it
    done,                                     // a oneshot that has run
    ended,                                    // while no daemon looked
    failed,                                   // it waits for its next try
};
struct Adopted {
    ServiceKey key;
    Fate fate = Fate::runs;
    int pid = 0;                              // 0: none, or it is told later
    std::uint64_t device = 0;
    bool ready = false;
    std::string command = {};
    Failures failures = {};

    friend bool operator==(const Adopted&, const Adopted&) = default;
};

struct ServiceStarted { ServiceKey key; int pid = 0; };       // its program is executed; 0: a unit without a process
struct ServiceSeen { ServiceKey key; };       // one that was unseen: it runs
struct ServiceReady { ServiceKey key; };      // it has said READY=1 (sd_notify(3))
struct ServiceEnded { ServiceKey key; ProcessEnd end; };      // and nothing of its process group is left
struct HelperEnded { Helper helper; ProcessEnd end; };
struct ServiceAdopted { Adopted found; };     // later than by adopt(): what is kept could not be read then
struct DevicesChanged {};                     // some have come or gone, or messages were lost
using ServiceEvent =
    std::variant<ServiceStarted, ServiceSeen, ServiceReady, ServiceEnded, HelperEnded, ServiceAdopted, DevicesChanged>;

class Runner {
public:
    virtual ~Runner() = default;

    // Once, before anything is started.  What is adopted is watched like what is started here.
    virtual std::vector<Adopted> adopt() = 0;
    // The process id; 0: ServiceStarted tells it.  Nothing: not started, and `trouble` says why.  That the program
    // cannot be run is heard as its end.  Throws nothing.
    virtual std::optional<int> start(const Launch& launch, std::string& trouble) = 0;
    // TERM, or KILL, to all of its processes.  Throws nothing.
    virtual void stop(const ServiceKey& key, bool kill) = 0;
    // The record says that it is ready; that it is up without a process; that it is done, for this device; that it does
    // not run and has failed; that what runs has not failed; or nothing any more.  Throw nothing.  `ended`: false of
    // one that has failed and may never have been started, since the record may be of one that runs.  That, and what
    // cannot be read, is left as it is.
    virtual void note_ready(const ServiceKey& key) = 0;
    virtual void note_bare(const ServiceKey& key) = 0;
    virtual void note_done(const ServiceKey& key, std::uint64_t device) = 0;
    virtual void note_failed(const ServiceKey& key, std::uint64_t device, const Failures& failures, bool ended) = 0;
    virtual void note_well(const ServiceKey& key) = 0;
    virtual void forget(const ServiceKey& key, bool ended) = 0;
    // Is killed after `limit`.  "": it runs, and its end is heard; else why not.  Throws nothing.
    virtual std::string run(const Helper& helper, const std::vector<std::string>& words, Duration limit) = 0;
    virtual void end(const Helper& helper) = 0;

    // From now on devices of these subsystems are told of.  Throws nothing.
    virtual void watch(const std::vector<MatchConfig>& matches) = 0;
    // Those that are there and that udevd is done with, by name.  Throws nothing: what cannot be read is not there.
    virtual std::vector<Device> devices(const MatchConfig& match) = 0;
    [[nodiscard]] virtual bool has_file(const std::string& path) = 0;
    // The minute of the day here, of `failback = within`.
    [[nodiscard]] virtual unsigned minute_of_day() = 0;
};

} // namespace had::core
