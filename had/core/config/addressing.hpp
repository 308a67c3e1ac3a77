// The keys that may stand wherever had.conf has `address`, as values.
#pragma once

#include "had/core/base/ip.hpp"
#include "had/core/base/line.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace had::core {

inline constexpr std::size_t longest_label = 15;      // IFNAMSIZ with its terminator is 16

struct RouteWay {                             // where a route leads, beside its interface
    std::optional<IpAddress> via = {};        // nothing: its hosts are on the link
    bool onlink = false;                      // the gateway is on the link, though no network of the link has it
    bool blackhole = false;                   // what goes there is dropped, whatever the interface does
    std::optional<IpAddress> source = {};     // RTA_PREFSRC: of what this machine itself sends there
    std::uint32_t mtu = 0;                    // 0: the interface's
    std::uint32_t rto_min = 0;                // ms, RTAX_RTO_MIN: how soon TCP repeats; 0: as the kernel has it

    friend bool operator==(const RouteWay&, const RouteWay&) = default;
};

struct RouteConfig {                          // gateway = A [metric N] [table N], route = P via A ...
    std::optional<IpPrefix> destination;      // nothing: the default route, of the gateway's family
    RouteWay way;
    std::optional<std::uint32_t> metric, table;
    Line line;

    [[nodiscard]] IpFamily family() const { return destination ? destination->address.family : way.via->family; }
    friend bool operator==(const RouteConfig&, const RouteConfig&) = default;
};

struct Rule {                                 // what comes from there is routed by that table
    IpPrefix from;
    std::uint32_t table = 0, priority = 0;

    friend auto operator<=>(const Rule&, const Rule&) = default;
};
// "from 10.0.0.0/8 table 100 priority 32765"
std::string to_string(const Rule& rule);

struct RuleConfig {                           // rule = from PREFIX table N [priority P]
    Rule rule;
    Line line;
    friend bool operator==(const RuleConfig&, const RuleConfig&) = default;
};

// The keys that may stand wherever `address` does.
struct Addressing {
    std::vector<IpPrefix> addresses;
    std::map<IpPrefix, IpAddress> broadcasts; // where it is not the usual one
    std::map<IpPrefix, std::string> labels;   // ":dmz", behind the interface's name
    std::vector<RouteConfig> routes;
    std::vector<RuleConfig> rules;
    std::optional<std::uint32_t> mtu;
    bool dhcp = false;                        // a DHCP client of its own gives it more

    friend bool operator==(const Addressing&, const Addressing&) = default;
};

} // namespace had::core
