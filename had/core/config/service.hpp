// [match NAME], [service NAME], [member NAME] and [failover NAME] as values.
//
// A match says which devices are meant, a service what runs while they are there, a group which one of several
// services runs.  What should run is derived from them and from what is there (core/service).
#pragma once

#include "had/core/base/line.hpp"
#include "had/core/config/addressing.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/base/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

struct Attribute {                            // `idVendor=12d1`; the value may have * and ?
    std::string name, value;
    friend bool operator==(const Attribute&, const Attribute&) = default;
};

struct MatchConfig {                          // [match modem-tty]
    std::string name;
    std::string subsystem, devtype, product;  // of the uevent; product is a pattern
    std::vector<Attribute> attributes;        // all on one: the device or one ancestor
    std::vector<Attribute> number;            // each on the nearest that has such an attribute
    Line line;

    friend bool operator==(const MatchConfig&, const MatchConfig&) = default;
};

enum class ServiceType : std::uint8_t { daemon, oneshot };
inline constexpr std::array<std::string_view, 2> service_type_names{"daemon", "oneshot"};

enum class SignKind : std::uint8_t { started, notify, exit, address, carrier, file, monitor };
struct SignRule {
    std::string_view name;
    bool has_object;                          // `address dsl0`
    bool lasts;                               // can be `alive`: it may be lost again
};
inline constexpr std::array<SignRule, 7> sign_rules{{      // as SignKind has them
    {"started", false, false},
    {"notify", false, false},
    {"exit", false, false},
    {"address", true, true},
    {"carrier", true, true},
    {"file", true, true},
    {"monitor", true, true},
}};
// By what a service is known to be ready, or alive.
struct Sign {
    SignKind kind = SignKind::started;
    std::string object;                       // an interface, a port "2.0", a path, or a [monitor]
    friend bool operator==(const Sign&, const Sign&) = default;
};
std::string to_string(const Sign& sign);      // "address dsl0", as had.conf has it

struct Need {                                 // `needs = link 2.0`, `needs = lte-net`
    bool link = false;                        // the carrier of an interface or a port; else a service
    std::string object;
    friend bool operator==(const Need&, const Need&) = default;
};

struct ServiceConfig {                        // [service pppoe]
    std::string name;
    ServiceType type = ServiceType::daemon;
    std::string match;                        // `for`: an instance for each device of that match; empty: one
    std::vector<Need> needs;
    std::vector<std::string> after;           // services that have run, if they were needed
    std::string unit;                         // an existing unit of systemd's, in the place of a command
    std::string command, stop, probe;         // as the file has them: words, quotes, %{NAME}; no shell
    std::string interface;                    // that it is about: an interface, a port "2.0", a match; or empty
    Addressing net;
    Sign ready;                               // of a oneshot always `exit`
    std::optional<Sign> alive;
    Duration start_timeout = std::chrono::seconds(30), stop_timeout = std::chrono::seconds(5);
    Duration settle = std::chrono::seconds(15);
    Duration retry = std::chrono::seconds(5), retry_max = std::chrono::minutes(5);
    Duration probe_interval = std::chrono::seconds(5);
    Line line;

    // Without one it is up while its interface is.
    [[nodiscard]] bool has_process() const { return !command.empty() || !unit.empty() || net.dhcp; }
    // Those by which it is ready, or alive.
    [[nodiscard]] std::vector<std::string> monitors() const;
    friend bool operator==(const ServiceConfig&, const ServiceConfig&) = default;
};

struct MemberConfig {                         // [member dsl]
    std::string name, service;
    std::string interface;                    // over which the group's routes go while it is up
    std::optional<IpAddress> gateway;         // nothing: the far end of the interface, as of PPP
    Line line;
    friend bool operator==(const MemberConfig&, const MemberConfig&) = default;
};

enum class ReturnKind : std::uint8_t { never, after, within };
struct GroupFailback {
    ReturnKind kind = ReturnKind::never;
    Duration after{};
    unsigned from = 0, to = 0;                // minutes of the day, local time
    friend bool operator==(const GroupFailback&, const GroupFailback&) = default;
};

std::string to_string(const GroupFailback& failback);         // "after 5min", as had.conf has it

struct GroupRoute {                           // `route = default metric 50`
    std::optional<IpPrefix> destination;      // nothing: the default route, of the gateway's family, else IPv4
    std::optional<std::uint32_t> metric, table;
    Line line;
    friend bool operator==(const GroupRoute&, const GroupRoute&) = default;
};

struct FailoverConfig {                       // [failover wan]
    std::string name;
    std::vector<std::string> members;         // as the file has them: of a [member], or of a [service]
    GroupFailback failback;
    bool together = false;
    std::optional<Duration> settle;           // of each member, instead of its own
    std::vector<GroupRoute> routes;
    std::string fault_file;
    Line line;

    friend bool operator==(const FailoverConfig&, const FailoverConfig&) = default;
};

} // namespace had::core
