// A route of the daemon's, and how it is told from others.
//
// The daemon knows its routes by their protocol number, as routing daemons do (rtnetlink(7), rtm_protocol).  Routes
// of the kernel or of another program have another number, and are neither read nor changed.  So a full routing
// table in the kernel costs nothing.  No other record of the routes is kept.
//
// Two routes with the same destination, metric and table are one place in the kernel's table, whatever
// their gateway: that is the key.
#pragma once

#include "had/core/config/config.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/base/types.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace had::core {

// Free in linux/rtnetlink.h and in iproute2's rt_protos; below 99, where routing daemons begin.
inline constexpr std::uint8_t route_protocol = 72;

inline constexpr std::uint32_t main_table = 254, local_table = 255;        // RT_TABLE_MAIN, RT_TABLE_LOCAL

struct RouteKey {
    IpPrefix destination;                     // of length 0: the default route
    std::uint32_t metric = 0, table = 0;

    friend auto operator<=>(const RouteKey&, const RouteKey&) = default;
};

struct Route {
    RouteKey key;
    RouteWay way;

    friend bool operator==(const Route&, const Route&) = default;
};

// With the kernel's default metric and table where the file names none.
Route route_of(const RouteConfig& config);
// "default via 10.0.1.254", "10.2.0.0/16 via 10.0.1.253 metric 5 table 100", "blackhole 10.0.0.0/8".
std::string to_string(const Route& route);
// " via 10.0.1.254 onlink", as had.conf says it; empty: on the link, and nothing else.
std::string to_string(const RouteWay& way);

// Whether the gateway can be reached directly through an interface with this address.
bool is_on_link(const IpAddress& gateway, const IpPrefix& address);
// An IPv6 link-local gateway, fe80::/10, which is reached directly wherever IPv6 is.
bool is_link_local(const IpAddress& address);

} // namespace had::core
