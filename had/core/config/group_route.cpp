#include "had/core/config/group_route.hpp"

#include <algorithm>

namespace had::core {

std::string way_of(const Config& config, std::string_view member) {
    const MemberConfig* section = config.member(member);
    if (section && !section->interface.empty()) return section->interface;
    const ServiceConfig* service = config.service(config.service_of(member));
    return service ? service->interface : "";
}

Route group_route(const Config& config, const GroupRoute& route, std::string_view member) {
    const MemberConfig* section = config.member(member);
    RouteConfig wanted;
    if (section) wanted.way.via = section->gateway;
    const IpFamily family = wanted.way.via ? wanted.way.via->family : IpFamily::v4;
    wanted.destination = route.destination.value_or(IpPrefix{IpAddress{family, {}}, 0});
    wanted.metric = route.metric;
    wanted.table = route.table;
    return route_of(wanted);
}

std::vector<RouteKey> group_route_keys(const Config& config, const FailoverConfig& group) {
    std::vector<RouteKey> keys;
    for (const GroupRoute& route : group.routes)
        for (const std::string& member : group.members) {
            const RouteKey key = group_route(config, route, member).key;
            if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
        }
    return keys;
}

bool gives_something(const Addressing& net) {
    return !net.addresses.empty() || !net.routes.empty() || !net.rules.empty() || net.mtu;
}

bool exclude_each_other(const Config& config, std::string_view service, std::string_view other) {
    return std::any_of(config.failovers.begin(), config.failovers.end(), [&](const FailoverConfig& group) {
        const auto has = [&](std::string_view name) {
            return std::any_of(group.members.begin(), group.members.end(),
                               [&](const std::string& member) { return config.service_of(member) == name; });
        };
        return !group.together && service != other && has(service) && has(other);
    });
}

} // namespace had::core
