// Routes with the sources that they name, and rules, as net/ipv4/fib_semantics.c, net/ipv6/route.c and
// net/core/fib_rules.c do it.
#include "test/fake/net.hpp"

#include <algorithm>
#include <cerrno>

namespace had::test {

using namespace core;

// net/ipv4/fib_semantics.c fib_check_nh, net/ipv6/route.c ip6_route_check_nh: the gateway must be on
// link, and a link that is down has no prefix of its own any more.
bool FakeNet::reaches(Ifindex link, const IpAddress& gateway) const {
    for (const auto& [key, route] : routes_)
        if (route.link == link && !route.way.via && key.destination.address.family == gateway.family &&
            is_on_link(gateway, key.destination))
            return true;
    auto of_link = addresses_.find(link);
    return of_link != addresses_.end() &&
           std::any_of(of_link->second.begin(), of_link->second.end(), [&](const Address& address) {
               return address.prefix.address.family == gateway.family &&
                      is_on_link(gateway, address.prefix);
           });
}

ActionResult FakeNet::make(const AddRoute& o) {
    const FakeLink* link = find(o.link.index);
    const RouteWay& way = o.route.way;
    const bool v6 = o.route.key.destination.address.family == IpFamily::v6;
    if (!link && !way.blackhole) return {ENODEV, "No such device"};
    if (link && !link->link.up && v6) return {ENETDOWN, "Nexthop device is not up"};
    if (link && (!link->link.up || (way.via && !way.onlink && !reaches(o.link.index, *way.via)))) {
        if (v6) return {EHOSTUNREACH, "No route to host"};
        return {ENETUNREACH, "Nexthop has invalid gateway"};
    }
    if (way.source && !has_usable(*way.source))
        return {EINVAL, v6 ? "Invalid source address" : "Invalid prefsrc address"};
    const auto at = routes_.find(o.route.key);
    const bool same = at != routes_.end() && at->second.link == o.link.index && at->second.way == way;
    // The very same one is taken over, as sys/rtnl does.
    if (at != routes_.end() && !o.replace && !same) return {EEXIST, "File exists"};
    routes_[o.route.key] = {o.link.index, way, false};
    tell_(RouteSeen{o.route, o.link.index});
    return {};
}

ActionResult FakeNet::make(const RemoveRoute& o) {
    auto at = routes_.find(o.route.key);
    const bool there = at != routes_.end() && at->second.link == o.link.index &&
                       at->second.way == o.route.way && !at->second.foreign;
    if (!there) return {}; // welcome, says the codec
    routes_.erase(at);
    tell_(RouteGone{o.route, o.link.index});
    return {};
}

bool FakeNet::has_usable(const IpAddress& wanted) const {
    return std::any_of(addresses_.begin(), addresses_.end(), [&](const auto& of_link) {
        return std::any_of(of_link.second.begin(), of_link.second.end(),
                           [&](const Address& a) { return a.prefix.address == wanted && !a.tentative; });
    });
}

// fib_sync_down_addr, fib6_remove_prefsrc: nobody is told.
void FakeNet::drop_source(const IpAddress& address) {
    for (auto& [key, route] : routes_)
        if (route.way.source == address && address.family == IpFamily::v6) route.way.source.reset();
    std::erase_if(routes_, [&](const auto& entry) { return entry.second.way.source == address; });
}

ActionResult FakeNet::make(const AddRule& o) {
    const bool there = std::any_of(rules_.begin(), rules_.end(),
                                   [&](const SeenRule& seen) { return seen.rule == o.rule && seen.rest == 0; });
    if (there) return {EEXIST, "File exists"};
    rules_.insert({o.rule});
    tell_(RuleSeen{{o.rule}});
    return {};
}

// The first that is alike, whosesoever it is (net/core/fib_rules.c rule_find).
ActionResult FakeNet::make(const RemoveRule& o) {
    remove_rule(o.rule);
    return {};                                // gone already is welcome, says the codec
}

void FakeNet::remove_rule(const Rule& rule) {
    const auto at = std::find_if(rules_.begin(), rules_.end(), [&](const SeenRule& seen) { return seen.rule == rule; });
    if (at == rules_.end()) return;
    const SeenRule gone = *at;
    rules_.erase(at);
    tell_(RuleGone{gone});
}

void FakeNet::add_foreign_rule(const Rule& rule, bool looks_at_more) {
    const SeenRule made{rule, 3, looks_at_more ? 7U : 0U};
    if (rules_.insert(made).second) tell_(RuleSeen{made});
}

void FakeNet::add_foreign_route(Ifindex link, const Route& route) {
    auto at = routes_.find(route.key);
    if (at != routes_.end()) tell_(WayTaken{route.key});
    routes_[route.key] = {link, route.way, true};
}

void FakeNet::remove_foreign_route(const RouteKey& key) {
    auto at = routes_.find(key);
    if (at == routes_.end() || !at->second.foreign) return;
    routes_.erase(at);
    tell_(WayFree{key});
}

// IPv4's go without a message.
void FakeNet::drop_routes(Ifindex link, bool only_ipv4) {
    std::erase_if(routes_, [&](const auto& entry) {
        const auto& [key, route] = entry;
        const bool v4 = key.destination.address.family == IpFamily::v4;
        if (route.link != link || (only_ipv4 && !v4)) return false;
        if (!v4 && !route.foreign) tell_(RouteGone{{key, route.way}, link});
        return true;
    });
    std::erase_if(connected_, [&](const Connected& route) {
        const bool v4 = route.network.address.family == IpFamily::v4;
        if (route.link != link || (only_ipv4 && !v4)) return false;
        if (!v4) tell_(ConnectedGone{route});
        return true;
    });
}

} // namespace had::test
