// [monitor NAME]: how a way is watched that its link does not tell of, and `monitor` and `fault_file` of the sections
// that name one.
#pragma once

#include "had/core/base/ip.hpp"
#include "had/core/base/line.hpp"
#include "had/core/base/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

enum class MonitorKind : std::uint8_t { arp, nd, icmp, udp, peer, traffic, exec, file };

struct MonitorKindRule {
    std::string_view name;
    bool has_targets;                         // asks hosts
    bool of_each_port;                        // judges the ports of a bond one by one, its backup ports too
};
inline constexpr std::array<MonitorKindRule, 8> monitor_kind_rules{{         // as MonitorKind has them
    {"arp", true, true},
    {"nd", true, true},
    {"icmp", true, false},
    {"udp", true, false},
    {"peer", false, true},
    {"traffic", false, true},
    {"exec", false, false},
    {"file", false, false},
}};
inline const MonitorKindRule& rule_of(MonitorKind kind) { return monitor_kind_rules[static_cast<std::size_t>(kind)]; }

// Which has a socket at each port, and hears there.
inline bool asks_by_frames(MonitorKind kind) {
    return kind == MonitorKind::arp || kind == MonitorKind::nd || kind == MonitorKind::peer;
}

// What follows when a way is lost: the port is left for a better one; the fault file tells keepalived; nothing.
enum class MonitorAction : std::uint8_t { demote, fault, tell };
inline constexpr std::array<std::string_view, 3> monitor_action_names{"demote", "fault", "tell"};
// Who is the sender of a probe: an address of the place, the port's own, or the bond's.
enum class SourceMac : std::uint8_t { local, port, bond };
inline constexpr std::array<std::string_view, 3> source_mac_names{"local", "port", "bond"};

inline constexpr unsigned quorum_all = 0;
inline constexpr std::uint32_t size_mtu = 0;
// A program is started as a process of its own: not as often as a packet is sent.
inline constexpr Duration usual_exec_interval = std::chrono::seconds(5), least_exec_interval = std::chrono::seconds(1);

struct MonitorConfig {                        // [monitor gw]
    std::string name;
    MonitorKind kind = MonitorKind::arp;
    std::vector<IpAddress> targets;           // empty: the gateways of the section that names the monitor
    unsigned quorum = 1;                      // so many targets must answer; quorum_all: each
    Duration interval = std::chrono::milliseconds(200);
    std::optional<Duration> timeout;          // nothing: half of the interval
    unsigned fall = 3, rise = 5;              // so many in a row
    std::optional<IpAddress> source;
    SourceMac source_mac = SourceMac::local;
    std::optional<std::uint32_t> size;        // bytes of each tenth packet, or size_mtu; nothing: short ones alone
    std::string vlan;
    std::uint32_t low_water = 1;              // packets per interval x fall
    std::string path;                         // of the file
    std::uint16_t port = 0;                   // of udp
    std::string datagram;                     // of udp: its bytes; empty: the usual one
    std::vector<std::string> command;         // of exec: the program, by its absolute path, and its arguments
    MonitorAction action = MonitorAction::demote;
    Line line;

    [[nodiscard]] Duration waits() const { return timeout.value_or(interval / 2); }
    friend bool operator==(const MonitorConfig&, const MonitorConfig&) = default;
};

// The keys of a section whose interface is watched.
struct Watched {
    std::vector<std::string> monitors;        // names of [monitor] sections
    std::string fault_file;                   // empty: none
    Line line;                        // of `monitor`

    friend bool operator==(const Watched&, const Watched&) = default;
};

} // namespace had::core
