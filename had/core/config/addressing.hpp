// The keys that may stand wherever had.conf has `address`, as values.
#pragma once

#include "had/core/base/ip.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace had::core {

struct RouteConfig {                          // gateway = A [metric N] [table N], route = P via A ...
    std::optional<IpPrefix> destination;      // nothing: the default route
    IpAddress via;
    std::optional<std::uint32_t> metric, table;
    unsigned line = 0;
    friend bool operator==(const RouteConfig&, const RouteConfig&) = default;
};

// The keys that may stand wherever `address` does.
struct Addressing {
    std::vector<IpPrefix> addresses;
    std::map<IpPrefix, IpAddress> broadcasts; // where it is not the usual one
    std::vector<RouteConfig> routes;
    std::optional<std::uint32_t> mtu;
    bool dhcp = false;                        // a DHCP client of its own gives it more

    friend bool operator==(const Addressing&, const Addressing&) = default;
};

} // namespace had::core
