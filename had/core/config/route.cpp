#include "had/core/config/route.hpp"

#include <fmt/format.h>

namespace had::core {

namespace {

// IP6_RT_PRIO_USER: what the kernel makes of an IPv6 route's metric 0.
std::uint32_t usual_metric(IpFamily family) { return family == IpFamily::v6 ? 1024 : 0; }

} // namespace

Route route_of(const RouteConfig& config) {
    Route route;
    route.via = config.via;
    route.key.destination = config.destination.value_or(IpPrefix{IpAddress{config.via.family, {}}, 0});
    const std::uint32_t metric = config.metric.value_or(0), table = config.table.value_or(0);
    route.key.metric = metric != 0 ? metric : usual_metric(config.via.family);
    route.key.table = table != 0 ? table : main_table;
    return route;
}

std::string to_string(const Route& route) {
    const RouteKey& key = route.key;
    std::string text = key.destination.length == 0 ? "default" : to_string(key.destination);
    text += " via " + to_string(route.via);
    if (key.metric != usual_metric(route.via.family)) text += fmt::format(" metric {}", key.metric);
    if (key.table != main_table) text += fmt::format(" table {}", key.table);
    if (route.how.source) text += " src " + to_string(*route.how.source);
    return text;
}

bool is_on_link(const IpAddress& gateway, const IpPrefix& address) {
    return network_of({gateway, address.length}) == network_of(address);
}

bool is_link_local(const IpAddress& address) {
    return address.family == IpFamily::v6 && address.bytes[0] == 0xfe && (address.bytes[1] & 0xc0) == 0x80;
}

} // namespace had::core
