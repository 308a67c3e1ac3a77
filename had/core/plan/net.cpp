// Addresses and routes: the keys that may stand wherever had.conf has `address`.
#include "had/core/plan/plan.hpp"
#include "had/core/plan/service.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

bool is_wanted(const Addressing& net, const Route& route) {
    return std::any_of(net.routes.begin(), net.routes.end(),
                       [&](const RouteConfig& config) { return route_of(config) == route; });
}

// With another way, which takes its place as soon as the kernel takes it.
bool is_wanted_anyhow(const Addressing& net, const RouteKey& key) {
    return std::any_of(net.routes.begin(), net.routes.end(),
                       [&](const RouteConfig& config) { return route_of(config).key == key; });
}

bool is_wanted(const Addressing& net, const Rule& rule) {
    return std::any_of(net.rules.begin(), net.rules.end(),
                       [&](const RuleConfig& config) { return config.rule == rule; });
}

// What needs no interface stays while its card is out.
template <class What>
bool is_wanted_anywhere(const Situation& s, const What& what) {
    bool wanted = false;
    const auto look = [&](const Addressing& net) { wanted = wanted || is_wanted(net, what); };
    for_each_interface(s.config, [&](const auto& interface) { look(interface.net); });
    for (const RoleConfig& role : s.config.configs) look(role.net);
    for (const ServiceConfig& service : s.config.services)
        if (has_begun(s, service.name)) look(service.net);
    return wanted;
}

// The route that takes its place replaces it.
bool is_replaced(const Plan& plan, const RouteKey& key) {
    return std::any_of(plan.actions.begin(), plan.actions.end(), [&](const Action& action) {
        const auto* add = std::get_if<AddRoute>(&action.operation);
        return add && add->route.key == key;
    });
}

// The usual one is what ifconfig, and so the had of 2002, set; an empty one is none to the kernel.
std::optional<IpAddress> broadcast_for(const Addressing& net, const IpPrefix& prefix) {
    if (prefix.address.family == IpFamily::v6) return std::nullopt;
    auto given = net.broadcasts.find(prefix);
    if (given == net.broadcasts.end())
        return prefix.length < 31 ? std::optional(broadcast_of(prefix)) : std::nullopt;
    return given->second == IpAddress{} ? std::nullopt : std::optional(given->second);
}

// Nothing is said of it where the file has none: what is there may keep the one that it has.
std::string label_for(const Addressing& net, const IpPrefix& prefix, const LinkRef& link) {
    const auto given = net.labels.find(prefix);
    if (given == net.labels.end() || link.name.size() + given->second.size() > longest_label) return "";
    return link.name + given->second;
}

std::string metric_of(const Address& have) {
    return fmt::format("the route of its network has metric {}", have.metric);
}

// What of an address is not as the daemon would set it, and is for its life; empty: nothing.
std::string other_of(const Address& have, const std::optional<IpAddress>& broadcast, const std::string& label) {
    if (have.peer) return fmt::format("it has the peer {}", to_string(*have.peer));
    if (have.no_route) return "it was added without the route of its network";
    if (have.odd) return "it has flags that the file does not name";
    if (have.scope != 0) return "it has another scope";
    if (have.metric != 0 && have.prefix.address.family == IpFamily::v6) return metric_of(have);
    if (have.prefix.address.family == IpFamily::v4 && have.broadcast != broadcast)
        return have.broadcast ? fmt::format("its broadcast address is {}", to_string(*have.broadcast))
                              : "it has no broadcast address";
    if (!label.empty() && have.label != label) return fmt::format("its label is {}", have.label);
    return "";
}

// What changes in place.
std::string time_of(const Address& have) {
    if (!have.permanent) return "it is there for a time only";
    if (!have.preferred) return "it is not to be used any more, or not for ever";
    return have.metric != 0 ? metric_of(have) : "";
}

bool is_link_local(const IpPrefix& prefix) {
    return prefix.address.family == IpFamily::v6 && had::core::is_link_local(prefix.address);
}

// Whether the kernel makes a route of its network for such an address (net/ipv4/fib_frontend.c fib_add_ifaddr,
// net/ipv6/addrconf.c inet6_addr_add).  That of a link-local one is no news (sys/route_codec).
bool brings_route(const IpPrefix& prefix) {
    return prefix.address.family == IpFamily::v4 ? prefix.length < 32 : !is_link_local(prefix);
}

class AddressSteps {
public:
    AddressSteps(const Situation& s, const Addressing& net, const NetOf& of, Note& note, const AddStep& add)
        : s_(s), net_(net), of_(of), note_(note), add_(add) {}

    void plan(const IpPrefix& prefix) {
        const auto broadcast = broadcast_for(net_, prefix);
        AddAddress set{.link = of_.link, .prefix = prefix, .broadcast = {}, .port = of_.port};
        if (auto given = net_.broadcasts.find(prefix); given != net_.broadcasts.end()) set.broadcast = given->second;
        set.label = label_for(net_, prefix, of_.link);
        if (set.label.empty() && net_.labels.contains(prefix))
            note_.add_lameness(fmt::format("{} goes without its label {}: with the name of {} it has more than {} "
                                           "characters", to_string(prefix), net_.labels.at(prefix), of_.link.name,
                                           longest_label));
        const Address* have = find(prefix);
        if (!have) return add_(set, "the address is missing");
        if (have->duplicate || (have->tentative && s_.owned.gave_up(set.key()))) taken(*have);
        const std::string other = have->prefix == prefix ? other_of(*have, broadcast, set.label)
                                                         : fmt::format("it is {}", to_string(have->prefix));
        if (have->duplicate || !other.empty()) {
            set.instead = have->prefix;
            set.instead_peer = have->peer;
            return add_(set, have->duplicate ? "somebody else has it" : other);
        }
        set.renew = true;
        if (const std::string time = time_of(*have); !time.empty()) return add_(set, time);
        connect(*have);
    }

private:
    // IPv6 has an address once on an interface, whatever the length of its prefix.
    const Address* find(const IpPrefix& prefix) const {
        if (const Address* same = s_.observed.address(of_.link.index, prefix)) return same;
        if (prefix.address.family == IpFamily::v4) return nullptr;
        for (const Address& have : s_.observed.addresses_of(of_.link.index))
            if (have.prefix.address == prefix.address) return &have;
        return nullptr;
    }

    void taken(const Address& have) {
        note_.add_lameness(fmt::format("{} is used by somebody else too: the kernel heard it on the network of {} and "
                                       "does not use it; it is tried again from time to time",
                                       to_string(have.prefix.address), of_.link.name));
    }

    // Another hand has deleted it, or flushed a routing table.
    void connect(const Address& have) {
        const Link* link = s_.observed.link(of_.link.index);
        if (!link || !link->up || have.secondary || !brings_route(have.prefix)) return;
        const Link* master = s_.observed.link(link->master);
        Connect missing{.link = of_.link, .address = have.prefix};
        if (master && master->vrf_table != 0) missing.table = master->vrf_table;
        if (s_.observed.is_connected(link->index, missing.network())) return;
        add_(missing, "the route of its network is missing");
    }

    const Situation& s_;
    const Addressing& net_;
    const NetOf& of_;
    Note& note_;
    const AddStep& add_;
};

class RouteSteps {
public:
    RouteSteps(const Situation& s, const NetOf& of, Note& note, const AddStep& add)
        : s_(s), of_(of), note_(note), add_(add) {}

    void plan(const RouteConfig& config) {
        const Route route = route_of(config);
        if (s_.observed.has_route(of_.link.index, route)) return;
        if (awaits_source(route.way)) {
            if (note_.doing.empty())
                note_.doing = fmt::format("the route to {} waits until {} is known to be nobody else's",
                                          to_string(route.key.destination), to_string(*route.way.source));
            return;
        }
        const bool taken = s_.observed.routes.contains(route.key);
        add_(AddRoute{route.way.blackhole ? LinkRef{} : of_.link, route, taken},
             taken ? "another way is there, which the file does not name any more" : "the route is missing");
    }

private:
    // The kernel takes no IPv6 source that it is still testing (net/ipv6/addrconf.c ipv6_chk_addr_and_flags), and a new
    // one is tested first.  The end of the test is an event.
    bool awaits_source(const RouteWay& way) const {
        if (!way.source || way.source->family == IpFamily::v4) return false;
        const auto usable = [&](const Address& have) { return have.prefix.address == *way.source && !have.tentative; };
        return std::none_of(s_.observed.addresses.begin(), s_.observed.addresses.end(), [&](const auto& of_link) {
            return std::any_of(of_link.second.begin(), of_link.second.end(), usable);
        });
    }

    const Situation& s_;
    const NetOf& of_;
    Note& note_;
    const AddStep& add_;
};

} // namespace

namespace {

const Addressing* net_named(const Situation& s, const std::string& name) {
    if (const BondConfig* bond = s.config.bond(name)) return &bond->net;
    const VlanConfig* vlan = s.config.vlan(name);
    return vlan ? &vlan->net : nullptr;
}

} // namespace

const Addressing* net_of(const Situation& s, const Link& link) {
    if (const Addressing* net = net_named(s, link.name)) return net;
    for (const auto& [name, index] : s.owned.indexes)
        if (index == link.index && renamed(s, name)) return net_named(s, name);
    const PlacedPort* port = s.chassis.port(link.index);
    const RoleConfig* role = port ? port->role : nullptr;
    if (!role) {
        const ServiceConfig* service = service_at(s, link);
        return service ? &service->net : nullptr;
    }
    if (!role->bond.empty()) return nullptr;
    const PlacedSlot& slot = s.chassis.slots.at(port->name.slot);
    return slot.configured && slot.controlled ? &role->net : nullptr;
}

ObjectId object_of(const Situation& s, const Link& link) {
    if (const PlacedPort* port = s.chassis.port(link.index)) return port_id(port->name);
    if (s.config.bond(link.name) || link.kind == "bond") return bond_id(link.name);
    if (s.config.vlan(link.name) || link.kind == "vlan") return vlan_id(link.name);
    if (const ServiceConfig* service = service_at(s, link)) return service_id(service->name);
    return link_id(link.name);
}

// A route needs its interface up: the kernel drops it with the link, and had waits for the link, not for
// the clock.
void plan_net(const Situation& s, const Addressing& net, const NetOf& of, Note& note, const AddStep& add) {
    AddressSteps addresses(s, net, of, note, add);
    if (const Link* link = s.observed.link(of.link.index); link && link->odd_flags)
        note.add_lameness(fmt::format("ARP is switched off on {0}, or multicast, by another hand: `ip link set {0} arp "
                                      "on multicast on`", link->name));
    for (const IpPrefix& prefix : net.addresses) addresses.plan(prefix);
    for (const RuleConfig& config : net.rules)
        if (!s.observed.has_rule(config.rule)) add(AddRule{config.rule}, "the rule is missing");
    if (!of.up) return;
    RouteSteps routes(s, of, note, add);
    for (const RouteConfig& config : net.routes)
        if (!config.way.via) routes.plan(config);
    for (const RouteConfig& config : net.routes)
        if (config.way.via) routes.plan(config);
}

void plan_mtu(const Situation& s, const MtuOf& of, Note& note, const AddStep& add) {
    const Link& link = of.link;
    const LinkRef ref{link.index, link.name};
    const auto before = s.owned.mtu_before(ref);
    if (!of.wanted && !before) return;
    const std::uint32_t mtu = of.wanted ? *of.wanted : std::min(*before, of.most);
    if (mtu == link.mtu) return;
    if (const std::string who = who_cannot_have_mtu(s, link, mtu); !who.empty())
        return note.add_problem(fmt::format("mtu = {}: {}; it stays at {}", mtu, who, link.mtu));
    const SetLink set{.link = ref, .mtu = mtu, .port = of.port};
    const Attempt* tried = s.attempts.find(set);
    if (tried && is_refused_for_good(*tried) && !s.force)
        return note.add_problem(fmt::format("cannot {}: {}; it is tried again by `hadctl reload`, or with other "
                                            "ports",
                                            to_string(Operation(set)), tried->result.text));
    add(set, fmt::format("its mtu is {}{}", link.mtu,
                         of.wanted ? "" : ", and the file says nothing of it any more"));
}

void remove_routes(const Situation& s, Plan& plan) {
    std::map<RouteKey, SeenRoute> of_others = peer_routes(s);
    of_others.merge(group_routes(s));
    for (const auto& [key, seen] : s.observed.routes) {
        const Link* link = s.observed.link(seen.link);
        const Route route{key, seen.way};
        if (!link && !seen.way.blackhole) continue;
        const Addressing* net = link ? net_of(s, *link) : nullptr;
        if (link ? net && is_wanted_anyhow(*net, key) : is_wanted_anywhere(s, route)) continue;
        if (const auto other = of_others.find(key); other != of_others.end() && other->second == seen) continue;
        if (is_replaced(plan, key)) {
            plan.said.rest = true;             // looked at again: what replaces it may not be wanted any more
            continue;
        }
        plan.actions.push_back({.operation = RemoveRoute{link ? LinkRef{link->index, link->name} : LinkRef{}, route},
                                .reason = fmt::format("{}: the route is not named any more", s.file),
                                .object = link ? object_of(s, *link) : link_id("lo")});
    }
}

// The kernel deletes the first rule that looks alike, whosesoever it is (net/core/fib_rules.c rule_find): where there
// is another one, the daemon's stays.
void remove_rules(const Situation& s, Plan& plan) {
    for (const SeenRule& seen : s.observed.rules) {
        const bool ours = seen == SeenRule{seen.rule};
        if (!ours || is_wanted_anywhere(s, seen.rule) || s.observed.has_like_rule(seen.rule)) continue;
        plan.actions.push_back({.operation = RemoveRule{seen.rule},
                                .reason = fmt::format("{}: the rule is not named any more", s.file),
                                .object = link_id("lo")});
    }
}

} // namespace had::core
