// Configs against bonds and ports, and addresses against each other.
#include "had/core/config/check.hpp"
#include "had/core/config/group_route.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::core {

namespace {

constexpr std::uint8_t bit(BondMode mode) {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(mode));
}

// bond_opts: BOND_OPT_PRIO, BOND_OPT_QUEUE_ID, BOND_OPT_ACTOR_PORT_PRIO.
struct PortKey {
    std::string_view key;
    std::uint8_t modes;
    std::string_view wanted;
};
constexpr PortKey port_keys[] = {
    {"prio", bit(BondMode::active_backup) | bit(BondMode::balance_tlb) | bit(BondMode::balance_alb),
     "active-backup, balance-tlb or balance-alb"},
    {"queue_id", 127, ""},
    {"actor_port_prio", bit(BondMode::lacp), "802.3ad"},
};

class RoleCheck {
public:
    RoleCheck(Parsing& parsing, const RoleConfig& role)
        : parsing_(parsing), role_(role), section_("config " + role.name),
          notes_{parsing.diagnostics, role.name} {}

    void bond() const;
    void port_options() const;
    void purpose() const;
    void mode() const;
    void neighbour() const;

private:
    [[nodiscard]] bool has(std::string_view key) const { return parsing_.has(section_, key); }
    [[nodiscard]] Line line_of(std::string_view key) const {
        return parsing_.line_of(section_, key, role_.line);
    }

    Parsing& parsing_;
    const RoleConfig& role_;
    std::string section_;
    Notes notes_;
};

// A port of a bond has neither addresses nor an MTU of its own: the kernel gives it the bond's MTU.
void RoleCheck::bond() const {
    if (role_.bond.empty()) return;
    if (!parsing_.index.bonds.contains(role_.bond)) {
        std::string hint = suggest(parsing_, role_.bond, parsing_.config.bonds);
        if (hint.empty()) hint = fmt::format(", there is no [bond {}]", role_.bond);
        notes_.error(line_of("bond"), "unknown bond '{}'{}", role_.bond, hint);
    }
    for (const std::string_view key :
         {"address", "netmask", "network", "broadcast", "label", "gateway", "route", "rule", "mtu", "mac", "ipv6",
          "monitor", "fault_file", "dhcp"}) {
        if (!has(key)) continue;
        notes_.error(line_of(key), "'{}' and 'bond' exclude each other, '{}' belongs in [bond {}]",
                     key, key, role_.bond);
    }
}

void RoleCheck::port_options() const {
    const BondConfig* bond = named(parsing_.index.bonds, role_.bond);
    for (const PortKey& port : port_keys) {
        if (!has(port.key)) continue;
        if (!has("bond")) {
            notes_.error(line_of(port.key), "'{}' is for the ports of a bond, give 'bond' as well",
                         port.key);
        } else if (bond != nullptr && bond->options.count(BondOption::mode) != 0 &&
                   (port.modes & bit(bond->mode())) == 0) {
            notes_.error(line_of(port.key), "'{}' needs mode {}, but {} is {}", port.key,
                         port.wanted, bond->name, to_string(bond->mode()));
        }
    }
}

// A service may need its link, or work through it.
bool is_needed(const Config& config, const RoleConfig& role) {
    const auto is_of_role = [&](const std::string& reference) {
        const auto port = port_name_from(reference);
        const DeviceLine* line = port ? config.device(*port) : nullptr;
        return line && line->config == role.name;
    };
    const auto needs = [&](const ServiceConfig& service) {
        return is_of_role(service.interface) ||
               std::any_of(service.needs.begin(), service.needs.end(),
                           [&](const Need& need) { return need.link && is_of_role(need.object); });
    };
    return std::any_of(config.services.begin(), config.services.end(), needs) ||
           std::any_of(config.members.begin(), config.members.end(),
                       [&](const MemberConfig& member) { return is_of_role(member.interface); });
}

void RoleCheck::purpose() const {
    if (is_needed(parsing_.config, role_)) return;
    if (has("bond") || has("address") || role_.net.dhcp || parsing_.misspelt.count(section_) != 0) return;
    notes_.warning(role_.line,
                   "neither 'bond' nor 'address' is given, its port would only be set up");
}

// No driver has half duplex above 1000 Mbit/s, and 802.3 none above 1000BASE-T.
void RoleCheck::mode() const {
    const LinkMode& mode = role_.mode;
    if (mode.duplex != Duplex::half || mode.speed.value_or(0) <= 1000) return;
    notes_.warning(line_of("duplex"), "'duplex = half' ends at 1000 Mbit/s, no driver takes it with 'speed = {}'",
                   *mode.speed);
}

// LLDP is heard by the sockets that a monitor of frames has at each port (run/paths).
void RoleCheck::neighbour() const {
    if (role_.expect_neighbour.empty()) return;
    const BondConfig* bond = named(parsing_.index.bonds, role_.bond);
    const Watched& watched = bond ? bond->watched : role_.watched;
    const bool hears = std::any_of(watched.monitors.begin(), watched.monitors.end(), [&](const std::string& name) {
        const MonitorConfig* monitor = named(parsing_.index.monitors, name);
        return !monitor || asks_by_frames(monitor->kind);
    });
    if (!hears)
        notes_.error(line_of("expect_neighbour"),
                     "nothing would hear it: LLDP is heard where a monitor of kind arp, nd or peer asks, and {} names "
                     "none",
                     bond ? bond->name : role_.name);
}

struct Owner {
    std::string_view name;
    const Addressing* net;
    Line line;
};

} // namespace

void check_role(Parsing& parsing, const RoleConfig& role) {
    const RoleCheck check(parsing, role);
    check.bond();
    check.port_options();
    check.purpose();
    check.mode();
    check.neighbour();
}

void check_ports(Parsing& parsing) {
    std::map<std::string_view, Line> served;                         // config -> line
    for (const DeviceLine& device : parsing.config.devices) {
        const RoleConfig* role = named(parsing.index.roles, device.config);
        const bool alone = role && (!role->net.addresses.empty() || !role->net.routes.empty());
        const bool addressed = role && role->mac && std::holds_alternative<Mac>(*role->mac);
        if (!role || (!alone && !addressed && role->watched.fault_file.empty())) continue;
        const auto [at, first] = served.try_emplace(device.config, device.line);
        if (first) continue;
        Notes{parsing.diagnostics, role->name}.error(
            device.line, "a config with {} serves one port, {} gives it to one already",
            alone ? "addresses" : addressed ? "a mac of its own" : "a fault_file", at->second);
    }
}

// The driver lets a queue lead to one port only (bond_options.c bond_option_queue_id_set).
void check_queues(Parsing& parsing) {
    std::map<std::pair<std::string, unsigned>, Line> taken;         // bond and queue -> line
    for (const DeviceLine& device : parsing.config.devices) {
        const RoleConfig* role = named(parsing.index.roles, device.config);
        if (!role || role->bond.empty() || role->port.queue_id.value_or(0) == 0) continue;
        const Notes notes{parsing.diagnostics, device.config};
        const unsigned queue = *role->port.queue_id;
        const auto [at, fresh] = taken.try_emplace({role->bond, queue}, device.line);
        if (!fresh)
            notes.error(device.line, "queue {} of {} serves one port, {} gives it to one already", queue,
                        role->bond, at->second);
        else if (!device.subdevice)
            notes.warning(device.line, "queue {} of {} serves one port: a second one of the card is refused it",
                          queue, role->bond);
    }
}

void check_addresses(Parsing& parsing) {
    std::vector<Owner> owners;
    for (const BondConfig& bond : parsing.config.bonds) {
        owners.push_back(
            {bond.name, &bond.net, parsing.line_of("bond " + bond.name, "address", bond.line)});
    }
    for (const RoleConfig& role : parsing.config.configs) {
        owners.push_back({role.name, &role.net,
                          parsing.line_of("config " + role.name, "address", role.line)});
    }
    for (const VlanConfig& vlan : parsing.config.vlans) {
        owners.push_back(
            {vlan.name, &vlan.net, parsing.line_of("vlan " + vlan.name, "address", vlan.line)});
    }
    for (const ServiceConfig& service : parsing.config.services) {
        owners.push_back(
            {service.name, &service.net, parsing.line_of("service " + service.name, "address", service.line)});
    }
    std::map<IpAddress, Owner> seen;
    for (const Owner& owner : owners) {
        for (const IpPrefix& prefix : owner.net->addresses) {
            const auto [at, inserted] = seen.try_emplace(prefix.address, owner);
            if (inserted || exclude_each_other(parsing.config, owner.name, at->second.name)) continue;
            Notes{parsing.diagnostics, std::string(owner.name)}.error(
                owner.line, "address {} is also that of {}, {}", to_string(prefix.address),
                at->second.name, at->second.line);
        }
    }
}

} // namespace had::core
