// Addresses and routes of services, and the routes that follow the member of a group that serves.
//
// A service has them while it is up or on its way, and its interface is set up for them.  The routes of a group lead by
// the first member that serves.  When another one does, they lead there in one message; when none does, they go, and
// the kernel takes what has a higher metric.
#include "had/core/plan/service.hpp"

#include "had/core/config/group_route.hpp"
#include "had/core/plan/plan.hpp"
#include "had/core/policy/extraction.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

template <class Is>
bool any_state(const Situation& s, std::string_view service, Is is) {
    for (auto at = s.services.services.lower_bound({std::string(service), ""});
         at != s.services.services.end() && at->first.service == service; ++at)
        if (is(at->second)) return true;
    return false;
}

bool has_role(const Situation& s, Ifindex index) {
    const PlacedPort* port = s.chassis.port(index);
    return port && port->role;
}

class ServiceSteps {
public:
    ServiceSteps(const Situation& situation, Plan& plan, const ServiceConfig& service, const Link& link)
        : s_(situation), plan_(plan), service_(service), link_(link), note_(plan.notes[service_id(service.name)]) {}

    void plan() {
        const LinkRef ref{link_.index, link_.name};
        const AddStep step = [this](Operation operation, std::string_view what) {
            plan_.actions.push_back({.operation = std::move(operation),
                                     .reason = fmt::format("{}: [service {}]: {}", service_.line.in(s_.file),
                                                           service_.name, what),
                                     .object = service_id(service_.name)});
        };
        const bool gives = service_at(s_, link_) == &service_;
        if (gives) plan_mtu(s_, {.wanted = service_.net.mtu, .link = link_, .port = true}, note_, step);
        if (!link_.up && (gives || !service_.has_process()))
            step(SetLink{.link = ref, .up = true, .port = true}, "it is down");
        if (gives) plan_net(s_, service_.net, {.link = ref, .port = true, .up = true}, note_, step);
    }

private:
    const Situation& s_;
    Plan& plan_;
    const ServiceConfig& service_;
    const Link& link_;
    Note& note_;
};

// 0: it is not there, or its card is let go.
Ifindex link_of(const Situation& s, std::string_view member) {
    const Ifindex index = interface_named(facts_of(s), way_of(s.config, member));
    return index != 0 && s.observed.link(index) && !is_withheld(s, index) ? index : 0;
}

void plan_group(const Situation& s, Plan& plan, const FailoverConfig& group) {
    const std::string member = leading_member(s, group);
    if (group.routes.empty() || member.empty()) return;
    const Ifindex index = link_of(s, member);
    const Link* link = s.observed.link(index);
    if (!link || !link->up) {
        plan.notes[failover_id(group.name)].add_problem(
            fmt::format("its routes wait for {}, which is {}: {} serves", way_of(s.config, member),
                        link ? "down" : "not there", member));
        return;
    }
    for (const GroupRoute& wanted : group.routes) {
        const Route route = group_route(s.config, wanted, member);
        if (s.observed.has_route(index, route)) continue;
        const bool taken = s.observed.routes.contains(route.key);
        plan.actions.push_back({.operation = AddRoute{{index, link->name}, route, taken},
                                .reason = fmt::format("{}: [failover {}]: {} serves", wanted.line.in(s.file),
                                                      group.name, member),
                                .object = failover_id(group.name)});
    }
}

} // namespace

ServiceFacts facts_of(const Situation& s) {
    static const GroupOrders none;            // what follows from orders stands in the states
    return {.config = s.config,
            .chassis = s.chassis,
            .observed = s.observed,
            .devices = s.devices,
            .orders = none,
            .has_file = [](const std::string&) { return false; },
            .paths = &s.paths};
}

bool has_begun(const Situation& s, std::string_view service) {
    return any_state(s, service, [](const ServiceState& state) {
        return state.phase == Phase::starting || state.phase == Phase::up;
    });
}

const ServiceConfig* service_at(const Situation& s, const Link& link) {
    for (const ServiceConfig& service : s.config.services)
        if (gives_something(service.net) && works_on(facts_of(s), service, link) && !has_role(s, link.index) &&
            has_begun(s, service.name))
            return &service;
    return nullptr;
}

bool is_of_service(const Situation& s, const Link& link) {
    return std::any_of(s.config.services.begin(), s.config.services.end(), [&](const ServiceConfig& service) {
        return (gives_something(service.net) || !service.has_process()) && works_on(facts_of(s), service, link);
    });
}

std::string leading_member(const Situation& s, const FailoverConfig& group) {
    const auto at = std::find_if(group.members.begin(), group.members.end(), [&](const std::string& member) {
        return any_state(s, s.config.service_of(member), is_serving);
    });
    return at == group.members.end() ? "" : *at;
}

std::map<RouteKey, SeenRoute> group_routes(const Situation& s) {
    std::map<RouteKey, SeenRoute> routes;
    for (const FailoverConfig& group : s.config.failovers) {
        const std::string member = group.routes.empty() ? "" : leading_member(s, group);
        const Ifindex index = member.empty() ? 0 : link_of(s, member);
        if (index == 0) continue;
        for (const GroupRoute& wanted : group.routes) {
            const Route route = group_route(s.config, wanted, member);
            routes.emplace(route.key, SeenRoute{index, route.way});
        }
    }
    return routes;
}

void plan_services(const Situation& s, Plan& plan) {
    for (const ServiceConfig& service : s.config.services) {
        const bool bare = !service.has_process();
        if ((!bare && !gives_something(service.net)) || !has_begun(s, service.name)) continue;
        const Link* link = s.observed.link(interface_of(facts_of(s), service, ""));
        if (!link) continue;
        if (is_withheld(s, link->index)) plan.notes[service_id(service.name)].doing = link->name + " is let go";
        else if (has_role(s, link->index) && gives_something(service.net))
            plan.notes[service_id(service.name)].add_problem(
                fmt::format("{} is port {} of the chassis, whose addresses stand in [config {}]", link->name,
                            to_string(s.chassis.port(link->index)->name), s.chassis.port(link->index)->role->name));
        else if (!has_role(s, link->index)) ServiceSteps(s, plan, service, *link).plan();
    }
    for (const FailoverConfig& group : s.config.failovers) plan_group(s, plan, group);
}

} // namespace had::core
