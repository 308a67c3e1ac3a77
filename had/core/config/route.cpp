#include "had/core/config/route.hpp"

#include <fmt/format.h>

namespace had::core {

namespace {

// IP6_RT_PRIO_USER: what the kernel makes of an IPv6 route's metric 0.
std::uint32_t usual_metric(IpFamily family) { return family == IpFamily::v6 ? 1024 : 0; }

} // namespace

Route route_of(const RouteConfig& config) {
    const IpFamily family = config.family();
    Route route;
    route.way = config.way;
    route.key.destination = config.destination.value_or(IpPrefix{IpAddress{family, {}}, 0});
    const std::uint32_t metric = config.metric.value_or(0), table = config.table.value_or(0);
    route.key.metric = metric != 0 ? metric : usual_metric(family);
    route.key.table = table != 0 ? table : main_table;
    return route;
}

std::string to_string(const RouteWay& way) {
    std::string text;
    if (way.via) text += " via " + to_string(*way.via);
    if (way.onlink) text += " onlink";
    if (way.source) text += " src " + to_string(*way.source);
    if (way.mtu != 0) text += fmt::format(" mtu {}", way.mtu);
    return text;
}

// Without a gateway nothing else tells of which family a default route is.
std::string to_string(const Route& route) {
    const RouteKey& key = route.key;
    std::string text = route.way.blackhole ? "blackhole " : "";
    text += key.destination.length == 0 && route.way.via ? "default" : to_string(key.destination);
    text += to_string(route.way);
    if (key.metric != usual_metric(key.destination.address.family)) text += fmt::format(" metric {}", key.metric);
    if (key.table != main_table) text += fmt::format(" table {}", key.table);
    return text;
}

std::string to_string(const Rule& rule) {
    return fmt::format("from {} table {} priority {}", to_string(rule.from), rule.table, rule.priority);
}

bool is_on_link(const IpAddress& gateway, const IpPrefix& address) {
    return network_of({gateway, address.length}) == network_of(address);
}

bool is_link_local(const IpAddress& address) {
    return address.family == IpFamily::v6 && address.bytes[0] == 0xfe && (address.bytes[1] & 0xc0) == 0x80;
}

} // namespace had::core
