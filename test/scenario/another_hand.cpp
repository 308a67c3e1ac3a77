#include "test/scenario/another_hand.hpp"

#include "had/core/config/peer_route.hpp"
#include "had/core/policy/failover.hpp"
#include "had/core/world/chassis.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace had::test {

using namespace core;

namespace {

constexpr Mac another_mac{{0x0e, 0, 0, 0x99, 0x99, 0x99}};

LinkRef ref(const FakeNet& net, const std::string& name) { return {net.index_of(name), name}; }

class Changes {
public:
    Changes(const Config& config, const Owned& owned, const Observed& observed)
        : config_(config), owned_(owned), observed_(observed) {}

    std::vector<ForeignChange> all() && {
        for (const BondConfig& bond : config_.bonds)
            if (const Link* link = observed_.link(bond.name); link && owned_.bonds.contains(bond.name))
                of_bond(bond, *link);
        for (const VlanConfig& vlan : config_.vlans)
            if (const Link* link = observed_.link(vlan.name); link && owned_.vlans.contains(vlan.name))
                of_named(*link, vlan.net), of_tuning(*link, vlan.tuning);
        const Chassis chassis = place(config_, observed_);
        for (const auto& [name, port] : chassis.ports) {
            const RoleConfig* role = role_of(config_, name);
            const PlacedSlot& slot = chassis.slots.at(name.slot);
            const Link* link = observed_.link(port.index);
            if (link && role && slot.configured && slot.controlled) of_tuning(*link, role->tuning);
            if (link && link->up && role && role->bond.empty() && slot.configured && slot.controlled)
                of_any(*link, role->net);
        }
        return std::move(all_);
    }

private:
    void add(std::string text, std::function<ActionResult(FakeNet&)> make) {
        all_.push_back({std::move(text), std::move(make)});
    }
    void apply(std::string text, std::function<Operation(const FakeNet&)> make) {
        add(std::move(text), [make = std::move(make)](FakeNet& net) { return net.apply(make(net)); });
    }

    // Of a bond or a VLAN.
    void of_named(const Link& link, const Addressing& net) {
        const std::string& name = link.name;
        apply(name + ": deleted", [name](const FakeNet& n) { return DeleteLink{ref(n, name)}; });
        add(name + ": another name", [name](FakeNet& n) {
            n.apply(SetLink{.link = ref(n, name), .up = false});
            return n.rename(name, "stolen");
        });
        of_any(link, net);
    }

    void of_any(const Link& link, const Addressing& net) {
        const std::string& name = link.name;
        apply(name + ": down", [name](const FakeNet& n) { return SetLink{.link = ref(n, name), .up = false}; });
        if (net.mtu)
            apply(name + ": mtu", [name, mtu = link.mtu - 100](const FakeNet& n) {
                return SetLink{.link = ref(n, name), .mtu = mtu};
            });
        flags(name);
        for (const Address& address : observed_.addresses_of(link.index))
            if (std::count(net.addresses.begin(), net.addresses.end(), address.prefix) > 0) of_address(name, address);
        for (const auto& [key, seen] : observed_.routes)
            if (seen.link == link.index) of_route(name, {key, seen.way});
        for (const RouteConfig& route : net.routes)
            if (route.way.blackhole && observed_.has_route(link.index, route_of(route)))
                apply(name + ": " + to_string(route_of(route)) + " removed",
                      [route](const FakeNet&) { return RemoveRoute{{}, route_of(route)}; });
        for (const RuleConfig& rule : net.rules)
            if (observed_.has_rule(rule.rule))
                apply(name + ": rule removed", [rule](const FakeNet&) { return RemoveRule{rule.rule}; });
    }

    void flags(const std::string& name) {
        add(name + ": no ARP, no multicast", [name](FakeNet& n) { return n.set_odd(n.index_of(name)); });
    }

    void of_tuning(const Link& link, const Tuning& tuning) {
        for (const auto& [word, value] : tunables_of(tuning)) {
            if (!observed_.tunable(link.index, word)) continue;
            const std::string other = value == "on" ? "off" : value == "off" ? "on" : value + "1";
            add(fmt::format("{}: {} {}", link.name, word, other), [name = link.name, word = word, other](FakeNet& n) {
                n.tune(n.index_of(name), word, other);
                return ActionResult{};
            });
        }
    }

    void of_bond(const BondConfig& bond, const Link& link) {
        of_named(link, bond.net);
        of_tuning(link, bond.tuning);
        if (!std::holds_alternative<MacFirst>(bond.mac))
            apply(bond.name + ": address", [name = bond.name](const FakeNet& n) {
                return SetLink{.link = ref(n, name), .address = another_mac};
            });
        std::set<BondOption> set;
        for (const auto& [option, value] : kernel_options(bond)) set.insert(option);
        if (has_active_port(bond.mode())) set.insert(BondOption::primary_reselect);
        for (const BondOptionRule& rule : bond_option_rules())
            if (set.contains(rule.id)) of_option(bond.name, rule, link.bond->options);
        for (const Ifindex index : observed_.slaves_of(link.index))
            if (owned_.members.contains(index)) of_member(bond.name, *observed_.link(index));
    }

    void of_option(const std::string& bond, const BondOptionRule& rule, const BondOptions& have) {
        const auto now = have.find(rule.id);
        if (now == have.end() || rule.type == BondType::ifindex) return;
        for (const BondValue& other : others(rule, now->second))
            apply(fmt::format("{}: {} = {}", bond, rule.name, print_value(rule, other)),
                  [bond, id = rule.id, other](const FakeNet& n) {
                      return SetBondOptions{ref(n, bond), {{id, other}}};
                  });
    }

    static std::vector<BondValue> others(const BondOptionRule& rule, const BondValue& now) {
        std::vector<BondValue> values;
        if (rule.type == BondType::mac) values.emplace_back(another_mac);
        else if (rule.type == BondType::ipv4_list)
            values = {std::vector<IpAddress>{*ip_address_from("10.9.9.9")}, std::vector<IpAddress>{}};
        else if (rule.type == BondType::ipv6_list) values.emplace_back(std::vector<IpAddress>{});
        else
            for (const std::uint64_t value : {rule.min, rule.min + 1, std::uint64_t{200}})
                values.emplace_back(std::min(rule.max, value));
        std::erase(values, now);
        return values;
    }

    void of_member(const std::string& bond, const Link& port) {
        const std::string& name = port.name;
        apply(name + ": in no bond", [name](const FakeNet& n) { return Release{ref(n, name), {}}; });
        apply(name + ": down", [name](const FakeNet& n) { return SetLink{.link = ref(n, name), .up = false}; });
        apply(name + ": mtu", [name, mtu = port.mtu - 100](const FakeNet& n) {
            return SetLink{.link = ref(n, name), .mtu = mtu};
        });
        apply(name + ": address", [name](const FakeNet& n) {
            return SetLink{.link = ref(n, name), .address = another_mac};
        });
        flags(name);
        const Link& master = *observed_.link(bond);
        const bool standby = port.slave && !port.slave->active;
        const bool ranked = standby && port.slave->prio && has_active_port(mode_in_force(master));
        if (ranked) {
            apply(name + ": prio", [name, bond](const FakeNet& n) {
                return SetPortOptions{ref(n, name), ref(n, bond), PortOptions{-77, {}, {}}};
            });
            all_.back().of_ranks = true;
        }
        add(name + ": an address of its own", [name](FakeNet& n) {
            return n.add_address({n.index_of(name), *ip_prefix_from("10.77.0.1/24"),
                                  *ip_address_from("10.77.0.255"), true, false}, false);
        });
    }

    void of_address(const std::string& link, const Address& address) {
        const std::string what = fmt::format("{}: {} ", link, to_string(address.prefix));
        const auto put = [&](const char* how, auto change, bool anew) {
            add(what + how, [link, address, change, anew](FakeNet& n) {
                Address other = address;
                other.link = n.index_of(link);
                change(other);
                if (anew) n.remove_address(other.link, address.prefix, address.peer);
                return n.add_address(other, !anew);
            });
        };
        apply(what + "removed", [link, address](const FakeNet& n) {
            return RemoveAddress{ref(n, link), address.prefix};
        });
        put("for a time", [](Address& a) { a.permanent = a.preferred = false; }, false);
        put("deprecated", [](Address& a) { a.preferred = false; }, false);
        put("metric 7", [](Address& a) { a.metric = 7; }, false);
        put("without a route", [](Address& a) { a.no_route = true; }, true);
        const IpPrefix network{network_of(address.prefix), address.prefix.length};
        if (observed_.is_connected(address.link, network))
            add(what + "disconnected", [link, network](FakeNet& n) { return n.disconnect(n.index_of(link), network); });
        if (address.prefix.address.family == IpFamily::v6) return;
        if (address.label != link) put("without its label", [link](Address& a) { a.label = link; }, true);
        put("scope link", [](Address& a) { a.scope = 253; }, true);
        put("with a peer", [](Address& a) { a.peer = ip_address_from("10.88.0.9"); }, true);
        if (address.prefix.length < 31)
            put("another broadcast address", [](Address& a) { a.broadcast = ip_address_from("10.88.0.255"); }, true);
    }

    void of_route(const std::string& link, const Route& route) {
        const std::string what = fmt::format("{}: route {} ", link, to_string(route));
        apply(what + "removed", [link, route](const FakeNet& n) { return RemoveRoute{ref(n, link), route}; });
        add(what + "another program's", [link, route](FakeNet& n) {
            n.add_foreign_route(n.index_of(link), route);
            return ActionResult{};
        });
    }

    const Config& config_;
    const Owned& owned_;
    const Observed& observed_;
    std::vector<ForeignChange> all_;
};

std::string print(const Address& a) {
    return fmt::format("{} {} {} {} {} {} {} {} {}", to_string(a.prefix), a.broadcast ? to_string(*a.broadcast) : "-",
                       a.label, a.permanent, a.preferred, a.no_route, a.scope, a.metric,
                       a.peer ? to_string(*a.peer) : "-");
}

// Which of the members it is to turn to, one after the other.
std::string ranks_of(const Observed& observed, const Link& bond) {
    std::vector<const Link*> standbys;
    for (const Ifindex index : observed.slaves_of(bond.index))
        if (const Link* slave = observed.link(index); slave->slave && !slave->slave->active) standbys.push_back(slave);
    std::stable_sort(standbys.begin(), standbys.end(), [](const Link* a, const Link* b) {
        return a->slave->prio.value_or(0) > b->slave->prio.value_or(0);
    });
    std::string out = bond.name + " turns to";
    for (const Link* standby : standbys) out += " " + standby->name;
    return out;
}

std::string print(const Config& config, const Observed& observed, const Link& link) {
    const auto name_of = [&](Ifindex index) { return observed.link(index) ? observed.link(index)->name : "-"; };
    const BondConfig* bond = config.bond(link.name);
    const VlanConfig* vlan = config.vlan(link.name);
    std::string out = fmt::format("{} {} in {} on {} up {} odd {} queue {}", link.name, link.kind, name_of(link.master),
                                  name_of(link.lower), link.up, link.odd_flags, link.queue);
    const Link* master = observed.link(link.master);
    const bool member = master && master->bond;
    if (member || (bond && bond->net.mtu) || (vlan && vlan->net.mtu)) out += fmt::format(" mtu {}", link.mtu);
    if (member && !is_whole(link, *master, observed)) out += " not as its bond had made it";
    if (!link.bond) return out;
    if (number_of(link.bond->options, BondOption::fail_over_mac) == 0) out += " " + to_string(link.address);
    for (const auto& [option, value] : link.bond->options)
        if (rule_of(option).type != BondType::ifindex)
            out += fmt::format(" {} {}", rule_of(option).name, print_value(rule_of(option), value));
    return out;
}

const Addressing* net_named(const Config& config, const std::string& name) {
    if (const BondConfig* bond = config.bond(name)) return &bond->net;
    const VlanConfig* vlan = config.vlan(name);
    return vlan ? &vlan->net : nullptr;
}

} // namespace

std::vector<ForeignChange> foreign_changes(const Config& config, const Owned& owned, const Observed& observed) {
    return Changes(config, owned, observed).all();
}

// By which of its LANs a peer is reached is what the session finds, and no setting.
static bool is_override(const Config& config, const RouteKey& key) {
    return key.metric == peer_override_metric &&
           std::any_of(config.peers.begin(), config.peers.end(), [&](const PeerConfig& peer) {
               const auto all = peer.destinations();
               return std::find(all.begin(), all.end(), key.destination) != all.end();
           });
}

std::set<std::string> what_is_set(const Config& config, const Owned& owned, const Observed& observed, bool ranks) {
    std::set<std::string> lines;
    for (const auto& [index, link] : observed.links) {
        const Addressing* net = net_named(config, link.name);
        const bool made = owned.bonds.contains(link.name) || owned.vlans.contains(link.name);
        if ((net && made) || owned.members.contains(index)) lines.insert(print(config, observed, link));
        if (ranks && config.bond(link.name)) lines.insert(ranks_of(observed, link));
        for (const Address& a : observed.addresses_of(index))
            if (net && std::count(net->addresses.begin(), net->addresses.end(), a.prefix) > 0)
                lines.insert(link.name + " has " + print(a));
    }
    for (const auto& [index, words] : observed.tunables)
        for (const auto& [word, value] : words)
            lines.insert(fmt::format("{} {} is {}", observed.link(index)->name, word, value));
    for (const auto& [key, seen] : observed.routes)
        if (!is_override(config, key))
            lines.insert((seen.link == 0 ? "lo" : observed.link(seen.link)->name) + " leads to " +
                         to_string(Route{key, seen.way}));
    for (const SeenRule& seen : observed.rules)
        if (seen == SeenRule{seen.rule}) lines.insert("rule " + to_string(seen.rule));
    for (const Connected& c : observed.connected) {
        const Link* link = observed.link(c.link);
        const Addressing* net = net_named(config, link->name);
        if (net && std::any_of(net->addresses.begin(), net->addresses.end(),
                               [&](const IpPrefix& prefix) { return is_on_link(prefix.address, c.network); }))
            lines.insert(link->name + " is on " + to_string(c.network));
    }
    return lines;
}

} // namespace had::test
