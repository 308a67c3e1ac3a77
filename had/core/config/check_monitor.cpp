// What a monitor can find out, and where: a key of another kind, a mode in which no port can be judged, a section
// without a host that could be asked.
#include "had/core/config/check.hpp"
#include "had/core/config/host.hpp"
#include "had/core/config/route.hpp"
#include "had/core/config/shared_place.hpp"

#include <fmt/format.h>

namespace had::core {

namespace {

constexpr Duration longest_verdict = std::chrono::minutes(1);     // interval x fall

constexpr std::uint64_t fail_over_mac_follow = 2;                 // bonding.h BOND_FOM_FOLLOW

constexpr unsigned bit(MonitorKind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr unsigned frames = bit(MonitorKind::arp) | bit(MonitorKind::nd), peer = bit(MonitorKind::peer),
                   ip = bit(MonitorKind::icmp) | bit(MonitorKind::udp);

struct KeyOfKinds {
    std::string_view key;
    unsigned kinds;                           // that it means something to
};
constexpr KeyOfKinds keys_of_kinds[] = {
    {"targets", frames | ip},
    {"quorum", frames | ip},
    {"timeout", frames | ip | peer | bit(MonitorKind::exec)},
    {"source", frames},
    {"source_mac", frames | peer},
    {"size", peer | bit(MonitorKind::icmp)},
    {"vlan", frames | peer},
    {"rise", ~bit(MonitorKind::traffic)},
    {"low_water", bit(MonitorKind::traffic)},
    {"file", bit(MonitorKind::file)},
    {"port", bit(MonitorKind::udp)},
    {"datagram", bit(MonitorKind::udp)},
    {"command", bit(MonitorKind::exec)},
};

// What a monitor of a kind cannot do without.
constexpr std::pair<MonitorKind, std::string_view> needed_keys[] = {
    {MonitorKind::file, "file"}, {MonitorKind::udp, "port"}, {MonitorKind::exec, "command"}};

std::string names_of(unsigned kinds) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < monitor_kind_rules.size(); ++i)
        if ((kinds >> i & 1) != 0) names.push_back(monitor_kind_rules[i].name);
    return either(names);
}

// Nothing: any family.
std::optional<IpFamily> family_of(MonitorKind kind) {
    if (kind == MonitorKind::arp) return IpFamily::v4;
    if (kind == MonitorKind::nd) return IpFamily::v6;
    return std::nullopt;
}
std::string_view name_of(IpFamily family) { return family == IpFamily::v4 ? "IPv4" : "IPv6"; }

// A monitor by itself.
class MonitorCheck {
public:
    MonitorCheck(Parsing& parsing, MonitorConfig& monitor)
        : parsing_(parsing), monitor_(monitor), section_("monitor " + monitor.name),
          notes_{parsing.diagnostics, section_} {}

    void keys() const {
        if (!parsing_.has(section_, "kind")) {
            if (!parsing_.misspelt.contains(section_)) notes_.error(monitor_.line, "a monitor needs 'kind'");
            return;
        }
        for (const KeyOfKinds& rule : keys_of_kinds)
            if (parsing_.has(section_, rule.key) && (rule.kinds & bit(monitor_.kind)) == 0)
                notes_.error(line_of(rule.key), "'{}' is for kind {}, this one is {}", rule.key,
                             names_of(rule.kinds), rule_of(monitor_.kind).name);
        for (const auto& [kind, key] : needed_keys)
            if (monitor_.kind == kind && !parsing_.has(section_, key))
                notes_.error(monitor_.line, "a monitor of kind {} needs '{}'", rule_of(kind).name, key);
        if (monitor_.kind == MonitorKind::peer && monitor_.source_mac == SourceMac::bond)
            notes_.error(line_of("source_mac"), "'source_mac = bond' probes the active port only, and peers ask each "
                                                "other through all");
    }
    void times() {
        if (monitor_.kind == MonitorKind::exec && !parsing_.has(section_, "interval"))
            monitor_.interval = usual_exec_interval;
        if (monitor_.kind == MonitorKind::exec && monitor_.interval < least_exec_interval)
            notes_.error(line_of("interval"), "a program is started once a second at most: 'interval' must be at "
                                              "least 1s");
        if (monitor_.interval * monitor_.fall > longest_verdict)
            notes_.error(line_of("fall"), "interval times fall is more than a minute: nobody waits so long");
        if (monitor_.waits() > monitor_.interval)
            notes_.error(line_of("timeout"), "'timeout' must not be longer than 'interval'");
    }
    void families() const {
        const auto family = family_of(monitor_.kind);
        if (!family) return;
        for (const IpAddress& target : monitor_.targets)
            if (target.family != *family)
                notes_.error(line_of("targets"), "kind {} asks {} hosts, {} is none", rule_of(monitor_.kind).name,
                             name_of(*family), to_string(target));
        if (monitor_.source && monitor_.source->family != *family)
            notes_.error(line_of("source"), "'source' must be an {} address", name_of(*family));
    }
    // The far ends would learn two places for one address, and send to the wrong one.  And this host itself always
    // answers.
    void own_addresses() const {
        const auto look = [&](const auto& one) {
            for (const IpPrefix& own : one.net.addresses) {
                if (monitor_.source == own.address)
                    notes_.error(line_of("source"),
                                 "'source' is an address of {}: its neighbours would send to the wrong port", one.name);
                if (std::find(monitor_.targets.begin(), monitor_.targets.end(), own.address) != monitor_.targets.end())
                    notes_.error(line_of("targets"), "target {} is an address of {}, which is this host itself",
                                 to_string(own.address), one.name);
            }
        };
        for_each_interface(parsing_.config, look);
        for (const RoleConfig& role : parsing_.config.configs) look(role);
        for (const ServiceConfig& service : parsing_.config.services) look(service);
        for (const PeerConfig& one : parsing_.config.peers)
            if (monitor_.source && one.from == monitor_.source)
                notes_.error(line_of("source"),
                             "'source' is 'from' of peer {}, an address of this host: its neighbours would send to "
                             "the wrong port", one.name);
    }
    // Only a monitor that asks through each port can tell which one to leave.
    void action() {
        if (rule_of(monitor_.kind).of_each_port || monitor_.action != MonitorAction::demote) return;
        if (parsing_.has(section_, "action"))
            notes_.error(line_of("action"), "'action = demote' needs a monitor that judges each port: {}",
                         names_of(frames | peer | bit(MonitorKind::traffic)));
        else monitor_.action = MonitorAction::tell;
    }

private:
    [[nodiscard]] Line line_of(std::string_view key) const {
        return parsing_.line_of(section_, key, monitor_.line);
    }
    Parsing& parsing_;
    MonitorConfig& monitor_;
    std::string section_;
    Notes notes_;
};

// The monitors of one section.
struct Place {
    std::string section;                      // "bond bond0"
    const std::string& name;
    const Watched& watched;
    const Addressing& net;
    Line line;
    const BondConfig* bond = nullptr;
    std::string_view key = "monitor";         // by which it is named
};

struct PortCount {
    unsigned known = 0;
    bool whole = false;                       // of a slot: as many as its card has
};
PortCount ports_of(const Parsing& parsing, const BondConfig& bond) {
    PortCount count;
    for (const DeviceLine& device : parsing.config.devices) {
        const RoleConfig* role = named(parsing.index.roles, device.config);
        if (!role || role->bond != bond.name) continue;
        ++count.known;
        count.whole = count.whole || !device.subdevice;
    }
    return count;
}

class PlaceCheck {
public:
    PlaceCheck(Parsing& parsing, const Place& place)
        : parsing_(parsing), place_(place), notes_{parsing.diagnostics, place.name} {}

    void all() const {
        bool faults = false;
        for (const std::string& name : place_.watched.monitors) {
            const MonitorConfig* monitor = named(parsing_.index.monitors, name);
            if (!monitor) {
                std::string hint = suggest(parsing_, name, parsing_.config.monitors);
                if (hint.empty()) hint = fmt::format(", there is no [monitor {}]", name);
                notes_.error(line(), "unknown monitor '{}'{}", name, hint);
                faults = true;
                continue;
            }
            faults = faults || monitor->action == MonitorAction::fault;
            targets(*monitor);
            way(*monitor);
            fault(*monitor);
            if (!place_.bond || is_lag(*place_.bond)) as_a_whole(*monitor);
            if (place_.bond) of_bond(*monitor, *place_.bond);
            else if (monitor->kind == MonitorKind::peer || monitor->kind == MonitorKind::traffic)
                notes_.error(line(), "monitor {} compares the ports of a bond, and {} is none", name,
                             place_.name);
        }
        if (place_.bond) answers_by_vlan();
        if (!place_.watched.fault_file.empty() && !faults && !is_shared_on(parsing_.config, place_.name))
            notes_.error(line_of("fault_file"), "no monitor of {} says 'action = fault', and no peer shares an address "
                                                "on it, so nothing would write it", place_.name);
    }

private:
    [[nodiscard]] Line line_of(std::string_view key) const {
        return parsing_.line_of(place_.section, key, place_.line);
    }
    [[nodiscard]] Line line() const { return line_of(place_.key); }
    void targets(const MonitorConfig& monitor) const {
        if (!rule_of(monitor.kind).has_targets) return;
        const VlanConfig* vlan = named(parsing_.index.vlans, monitor.vlan);
        const auto asked = asked_by(monitor);
        source(monitor, asked);
        if (asked.empty() && !parsing_.has("monitor " + monitor.name, "targets"))
            notes_.error(line(), "monitor {} has no targets, and {} has no gateway that it could ask",
                         monitor.name, vlan ? vlan->name : place_.name);
        if (monitor.quorum > asked.size() && !asked.empty())
            notes_.error(line(), "monitor {} wants {} targets to answer, and has {}", monitor.name,
                         monitor.quorum, asked.size());
        for (const IpAddress& target : asked) reach(monitor, target);
    }
    void reach(const MonitorConfig& monitor, const IpAddress& target) const {
        const std::string section = "monitor " + monitor.name;
        const Notes notes{parsing_.diagnostics, section};
        const Line line = parsing_.line_of(section, "targets", monitor.line);
        const VlanConfig* vlan = monitor.vlan.empty() ? nullptr : named(parsing_.index.vlans, monitor.vlan);
        const Addressing& net = vlan ? vlan->net : place_.net;
        if (is_broadcast(target, net))
            return notes.error(line, "target {} is a broadcast address of {}, no host", to_string(target),
                               vlan ? vlan->name : place_.name);
        if ((bit(monitor.kind) & frames) == 0 || is_link_local(target)) return;
        bool has_family = false;
        for (const IpPrefix& own : net.addresses) {
            if (own.address.family != target.family) continue;
            if (is_on_link(target, own)) return;
            has_family = true;
        }
        if (has_family)
            notes.warning(line, "target {} is in the network of no address of {}: only a neighbour answers kind {}",
                          to_string(target), vlan ? vlan->name : place_.name, rule_of(monitor.kind).name);
    }
    // A host that finds its address at a probe's MAC has lost it, for all the others.
    void source(const MonitorConfig& monitor, const std::vector<IpAddress>& asked) const {
        if (!monitor.source) return;
        const auto& routes = place_.net.routes;
        const bool gateway = std::any_of(routes.begin(), routes.end(),
                                         [&](const RouteConfig& route) { return route.way.via == *monitor.source; });
        if (!gateway && std::find(asked.begin(), asked.end(), *monitor.source) == asked.end()) return;
        const Notes notes{parsing_.diagnostics, "monitor " + monitor.name};
        notes.error(parsing_.line_of("monitor " + monitor.name, "source", monitor.line),
                    "'source' is a {} of {}: the network would send to the probe what is meant for that host",
                    gateway ? "gateway" : "target", place_.name);
    }
    void fault(const MonitorConfig& monitor) const {
        if (monitor.action != MonitorAction::fault || parsing_.has(place_.section, "fault_file")) return;
        if (place_.key != "monitor")
            return notes_.error(line(), "monitor {} says 'action = fault', and a service has no fault_file: its group "
                                        "has", monitor.name);
        notes_.error(line(), "monitor {} says 'action = fault', and {} has no fault_file", monitor.name,
                     place_.name);
    }
    void way(const MonitorConfig& monitor) const {
        if (monitor.vlan.empty()) return;
        const VlanConfig* vlan = named(parsing_.index.vlans, monitor.vlan);
        const Line line = parsing_.line_of("monitor " + monitor.name, "vlan", monitor.line);
        const Notes notes{parsing_.diagnostics, "monitor " + monitor.name};
        if (!vlan) notes.error(line, "unknown vlan '{}'{}", monitor.vlan,
                               suggest(parsing_, monitor.vlan, parsing_.config.vlans));
        else if (vlan->on != place_.name)
            notes.error(line, "{} is on {}, and {} is asked: the card would not let its frames in", vlan->name,
                        vlan->on, place_.name);
    }
    [[nodiscard]] static bool is_lag(const BondConfig& bond) {
        return bond.mode() != BondMode::active_backup && bond.mode() != BondMode::balance_tlb &&
               bond.mode() != BondMode::balance_alb;
    }
    // Keys that mean something only where the ports of a bond are asked one by one.
    void as_a_whole(const MonitorConfig& monitor) const {
        const auto& bonds = parsing_.config.bonds;
        const bool elsewhere = std::any_of(bonds.begin(), bonds.end(), [&](const BondConfig& bond) {
            const auto& names = bond.watched.monitors;
            return !is_lag(bond) && std::find(names.begin(), names.end(), monitor.name) != names.end();
        });
        if (elsewhere || monitor.kind == MonitorKind::peer || monitor.kind == MonitorKind::traffic) return;
        const std::string section = "monitor " + monitor.name;
        const Notes notes{parsing_.diagnostics, section};
        if (parsing_.has(section, "source_mac"))
            notes.error(parsing_.line_of(section, "source_mac", monitor.line),
                        "'source_mac' has no effect: {} is asked as a whole, by its own address", place_.name);
        if (!place_.bond && parsing_.has(section, "action") && monitor.action == MonitorAction::demote &&
            rule_of(monitor.kind).of_each_port)
            notes.error(parsing_.line_of(section, "action", monitor.line),
                        "'action = demote' has no effect: {} has no other port, give 'tell' or 'fault'", place_.name);
    }
    // The tag is gone when an answer is heard; the address that it comes to tells the VLAN.
    void answers_by_vlan() const {
        const auto& names = place_.watched.monitors;
        for (auto one = names.begin(); one != names.end(); ++one)
            for (auto other = names.begin(); other != one; ++other) {
                const MonitorConfig* a = named(parsing_.index.monitors, *one);
                const MonitorConfig* b = named(parsing_.index.monitors, *other);
                if (!a || !b || a->kind != b->kind || a->source_mac != b->source_mac || a->vlan == b->vlan) continue;
                if (a->source_mac == SourceMac::local || !asks_by_frames(a->kind)) continue;
                const auto of_a = asked_by(*a), of_b = asked_by(*b);
                const auto common = std::find_first_of(of_a.begin(), of_a.end(), of_b.begin(), of_b.end());
                if (common != of_a.end())
                    notes_.error(line(),
                                 "monitors {} and {} ask {} by two VLANs and one MAC: nothing tells their answers "
                                 "apart; leave 'source_mac' out",
                                 b->name, a->name, to_string(*common));
            }
    }
    [[nodiscard]] std::vector<IpAddress> asked_by(const MonitorConfig& monitor) const {
        const VlanConfig* vlan = named(parsing_.index.vlans, monitor.vlan);
        return targets_of(monitor, vlan ? vlan->net : place_.net);
    }
    void of_bond(const MonitorConfig& monitor, const BondConfig& bond) const {
        if (number_of(bond.options, BondOption::arp_interval) != 0)
            notes_.error(line(), "'monitor' and 'arp_interval' exclude each other: "
                                             "the kernel's ARP monitor takes the probes for a sign of life");
        if (monitor.source_mac == SourceMac::port && std::holds_alternative<MacFirst>(bond.mac))
            notes_.error(line(), "monitor {} says 'source_mac = port', and with 'mac = first' that is the "
                                             "bond's own address", monitor.name);
        const bool trade = bond.mode() == BondMode::balance_tlb || bond.mode() == BondMode::balance_alb ||
                           number_of(bond.options, BondOption::fail_over_mac) == fail_over_mac_follow;
        if (monitor.source_mac == SourceMac::port && trade)
            notes_.error(line(), "monitor {} says 'source_mac = port', and the ports of {} trade their "
                                             "addresses", monitor.name, bond.name);
        const bool lag = is_lag(bond);
        if (lag && monitor.kind == MonitorKind::peer)
            notes_.error(line(), "monitor {} cannot work in mode {}: "
                                             "a switch never sends a frame back into the same LAG",
                         monitor.name, to_string(bond.mode()));
        else if (lag && rule_of(monitor.kind).of_each_port && monitor.action == MonitorAction::demote)
            notes_.error(line(), "monitor {} cannot judge the ports in mode {}: answers come in where the "
                                             "switch sends them; 'action = tell' or 'fault' judges the bond",
                         monitor.name, to_string(bond.mode()));
        const PortCount ports = ports_of(parsing_, bond);
        if (monitor.kind == MonitorKind::peer && ports.known < 2 && !ports.whole)
            notes_.error(line(), "monitor {} has the ports of {} ask each other, and there is {}",
                         monitor.name, bond.name, ports.known == 0 ? "none" : "only one");
    }

    Parsing& parsing_;
    const Place& place_;
    Notes notes_;
};

} // namespace

std::vector<IpAddress> targets_of(const MonitorConfig& monitor, const Addressing& net) {
    if (!monitor.targets.empty()) return monitor.targets;
    std::vector<IpAddress> gateways;
    const auto family = family_of(monitor.kind);
    for (const RouteConfig& route : net.routes) {
        if (route.destination || (family && route.family() != *family)) continue;
        const IpAddress& via = *route.way.via;
        if (std::find(gateways.begin(), gateways.end(), via) == gateways.end()) gateways.push_back(via);
    }
    return gateways;
}

void check_monitors(Parsing& parsing) {
    Config& config = parsing.config;
    for (MonitorConfig& monitor : config.monitors) {
        MonitorCheck check(parsing, monitor);
        check.keys();
        check.times();
        check.families();
        check.own_addresses();
        check.action();
    }
    const auto look = [&](const Place& place) { PlaceCheck(parsing, place).all(); };
    for (const BondConfig& bond : config.bonds)
        look({"bond " + bond.name, bond.name, bond.watched, bond.net, bond.line, &bond});
    for (const RoleConfig& role : config.configs)
        look({"config " + role.name, role.name, role.watched, role.net, role.line});
    for (const VlanConfig& vlan : config.vlans)
        look({"vlan " + vlan.name, vlan.name, vlan.watched, vlan.net, vlan.line});
    for (const ServiceConfig& service : config.services) {
        const Watched watched{.monitors = service.monitors(), .fault_file = {}, .line = service.line};
        const bool by_alive = service.alive && service.alive->kind == SignKind::monitor;
        Place place{"service " + service.name, service.name, watched, service.net, service.line};
        place.key = by_alive ? "alive" : "ready";
        look(place);
        if (!watched.monitors.empty() && service.interface.empty())
            Notes{parsing.diagnostics, place.section}.error(
                parsing.line_of(place.section, place.key, service.line),
                "'{} = monitor' needs 'interface', through which it asks; of one that asks through none, "
                "'interface = lo'", place.key);
    }
}

} // namespace had::core
