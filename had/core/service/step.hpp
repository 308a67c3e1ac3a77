// One step of all services: from what had.conf wants and what is there to what is to be started, stopped and asked.
//
// What should run is derived anew each time.  A service is wanted while its needs hold; a member of a group, while the
// group has chosen it.  What lost its need is stopped, those that need it first; what has it again is started, behind
// what it needs.  Nothing but the phase of each process, how often it has failed and how long its probe has succeeded
// is remembered.
#pragma once

#include "had/core/config/config.hpp"
#include "had/core/monitor/path_state.hpp"
#include "had/core/service/runner.hpp"
#include "had/core/service/state.hpp"
#include "had/core/world/chassis.hpp"
#include "had/core/world/observed.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace had::core {

struct ServiceFacts {
    const Config& config;
    const Chassis& chassis;
    const Observed& observed;
    const std::map<std::string, std::vector<Device>>& devices;        // by match
    const GroupOrders& orders;
    std::function<bool(const std::string&)> has_file;
    std::string date = {};                    // now, for people
    unsigned minute = 0;                      // of the day
    bool force = false;                       // `reload --force`: also what cuts service
    const PathStates* paths = nullptr;        // what the monitors have found; null: nothing
};

struct StartService { Launch launch; };
struct StopService { ServiceKey key; bool kill = false; };
struct RunHelper { Helper helper; std::vector<std::string> words; Duration limit{}; };
struct EndHelper { Helper helper; };
struct NoteReady { ServiceKey key; };
struct NoteBare { ServiceKey key; };
struct NoteDone { ServiceKey key; std::uint64_t device = 0; };
struct NoteFailed { ServiceKey key; std::uint64_t device = 0; Failures failures; bool ended = true; };
struct NoteWell { ServiceKey key; };
struct ForgetService { ServiceKey key; bool ended = true; };
using ServiceAct = std::variant<StartService, StopService, RunHelper, EndHelper, NoteReady, NoteBare, NoteDone,
                                NoteFailed, NoteWell, ForgetService>;

struct Step {
    std::vector<ServiceAct> acts;
    std::optional<TimePoint> next;            // when time alone makes another step
};

// The services of the file, with a DHCP client for each interface that has `dhcp = yes`.
std::vector<ServiceConfig> all_services(const Config& config);
// The group of a service, and the member as which it stands there.
struct Membership {
    const FailoverConfig* group = nullptr;
    std::string member;
};
Membership membership_of(const Config& config, std::string_view service);

Step step(const ServiceFacts& facts, ServiceStates& states, TimePoint now);

// What the runner has told; for a start that failed, `trouble` of the end.
void hear(const ServiceFacts& facts, ServiceStates& states, const ServiceEvent& event, TimePoint now);
void started(ServiceStates& states, const ServiceKey& key, int pid);
// At the daemon's start: as `up` if it shows that it is, else as one that starts now.
void take_over(const ServiceFacts& facts, ServiceStates& states, const Adopted& adopted, TimePoint now);
// An operator vouches for the member: what it has failed at counts no more.
void vouch(ServiceStates& states, std::string_view service);

// The interface that a service's command is about; 0: none, or it is not there.
Ifindex interface_of(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device);

} // namespace had::core
