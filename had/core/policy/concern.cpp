#include "had/core/policy/concern.hpp"

#include <algorithm>

namespace had::core {
namespace {

// Hardware mostly has no kind.  Bonds and VLANs may be in the way of the file's by their kind alone.
bool is_of_watched_kind(const Link& link) {
    return link.kind.empty() || link.kind == "bond" || link.kind == "vlan" || link.kind == "vrf" || link.slave;
}

class Concern {
public:
    explicit Concern(const Situation& s) : s_(s) {}

    [[nodiscard]] bool of(const Link& link) const {
        return is_of_watched_kind(link) || is_hardware(link) || is_named(link) || touches_ours(link) ||
               has_addresses(link.index) || has_routes(link.index);
    }
    [[nodiscard]] bool of(Ifindex index) const {
        const Link* link = s_.observed.link(index);
        return link && of(*link);
    }

private:
    // InfiniBand's and a switch's ports have a kind.  Their interface may be heard before their device, and after it.
    [[nodiscard]] bool is_hardware(const Link& link) const {
        return !link.parent_bus.empty() || s_.observed.devices.contains(link.index);
    }
    [[nodiscard]] bool is_named(const std::string& name) const {
        const auto is_ordered = [&](const auto& entry) { return entry.second.port == name; };
        return s_.chassis.named.contains(name) || s_.owned.bonds.contains(name) || s_.owned.vlans.contains(name) ||
               s_.owned.actives.contains(name) || s_.owned.named_mtus.contains(name) ||
               std::any_of(s_.orders.active.begin(), s_.orders.active.end(), is_ordered) || is_matched(name);
    }
    // A modem's interface may have a kind of its driver's.
    [[nodiscard]] bool is_matched(const std::string& name) const {
        return std::any_of(s_.devices.begin(), s_.devices.end(), [&](const auto& entry) {
            const auto& [match, devices] = entry;
            return std::any_of(devices.begin(), devices.end(), [&](const Device& one) { return one.name == name; });
        });
    }
    [[nodiscard]] bool is_named(const Link& link) const {
        return is_named(link.name) || std::any_of(link.alternatives.begin(), link.alternatives.end(),
                                                  [&](const std::string& name) { return is_named(name); });
    }
    // What is a port of it, what it is a port of, and what it stands on.
    [[nodiscard]] bool touches_ours(const Link& link) const {
        const auto& slaves = s_.observed.slaves_of(link.index);
        return is_ours(link.index) || is_ours(link.lower) || is_ours(link.master) ||
               std::any_of(slaves.begin(), slaves.end(), [&](Ifindex slave) { return is_ours(slave); });
    }
    [[nodiscard]] bool is_ours(Ifindex index) const {
        if (index == 0) return false;
        if (s_.chassis.port(index) || s_.standings.contains(index) || s_.owned.raised.contains(index)) return true;
        const Link* link = s_.observed.link(index);
        return link && (is_of_watched_kind(*link) || is_named(*link));
    }
    // Every interface has a link-local one, which is in nobody's way.
    [[nodiscard]] bool has_addresses(Ifindex index) const {
        const auto& all = s_.observed.addresses_of(index);
        return !std::all_of(all.begin(), all.end(), [](const Address& a) { return a.link_scope; });
    }
    // By a router's word a network is there without an address, and one of the daemon's number anywhere.  They go
    // with their interface.
    [[nodiscard]] bool has_routes(Ifindex index) const {
        const auto connected = s_.observed.connected.lower_bound({.link = index, .network = {}});
        return (connected != s_.observed.connected.end() && connected->link == index) ||
               std::any_of(s_.observed.routes.begin(), s_.observed.routes.end(),
                           [index](const auto& route) { return route.second.link == index; });
    }

    const Situation& s_;
};

// That of another program, of which the file says nothing.
bool is_strange(const Situation& s, const SeenRule& seen) {
    bool named = false;
    const auto look = [&](const Addressing& net) {
        for (const RuleConfig& config : net.rules) named = named || config.rule == seen.rule;
    };
    for_each_interface(s.config, [&](const auto& interface) { look(interface.net); });
    for (const RoleConfig& role : s.config.configs) look(role.net);
    for (const ServiceConfig& service : s.config.services) look(service.net);
    return !named && !s.observed.rules.contains({seen.rule}) && seen != SeenRule{seen.rule};
}

} // namespace

bool concerns(const Situation& s, const Event& event) {
    const Concern concern(s);
    const auto about = [&](Ifindex index) { return !s.observed.link(index) || concern.of(index); };
    return std::visit(
        overloaded{[&](const LinkSeen& e) {
                       const Link* namesake = s.observed.link(e.link.name);     // it is no more (fold)
                       return concern.of(e.link) || concern.of(e.link.index) || (namesake && concern.of(*namesake));
                   },
                   [&](const LinkGone& e) { return about(e.index); },
                   [&](const AddressSeen& e) { return !e.address.link_scope || about(e.address.link); },
                   [&](const AddressGone& e) { return !e.address.link_scope || about(e.address.link); },
                   [&](const Ipv6Seen& e) { return about(e.link); },
                   [&](const RuleSeen& e) { return !is_strange(s, e.rule); },
                   [&](const RuleGone& e) { return !is_strange(s, e.rule); },
                   [](const auto&) { return true; }},
        event);
}

} // namespace had::core
