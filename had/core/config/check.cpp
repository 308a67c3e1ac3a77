#include "had/core/config/check.hpp"

#include "had/core/base/names.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace had::core {

namespace {

void check_domains(Parsing& parsing) {
    const Config& config = parsing.config;
    const Notes had{parsing.diagnostics, "had"};
    for (const std::string& name : config.had.domains) {
        const auto same = [&](const Domain& domain) { return domain.name == name; };
        if (std::any_of(config.domains.begin(), config.domains.end(), same)) continue;
        std::string hint = suggest(parsing, name, config.domains);
        if (hint.empty()) hint = fmt::format(", there is no [domain {}]", name);
        had.error(parsing.line_of("had", "domains", 0), "unknown domain '{}'{}", name, hint);
    }
    std::map<SlotName, const Domain*> seen;
    for (const Domain& domain : config.domains) {
        const std::string section = "domain " + domain.name;
        for (const SlotName& slot : domain.slots) {
            const auto [at, inserted] = seen.try_emplace(slot, &domain);
            if (inserted) continue;
            Notes{parsing.diagnostics, section}.error(
                parsing.line_of(section, "slots", domain.line), "slot {} is also in domain {}",
                slot, at->second->name);
        }
    }
}

void check_device(Parsing& parsing, const DeviceLine& device) {
    const Index& index = parsing.index;
    const std::string port = device.subdevice
                                 ? to_string(PortName{device.slot, *device.subdevice, device.unit})
                                 : device.slot;
    const Notes notes{parsing.diagnostics, port};
    if (!index.roles.contains(device.config)) {
        std::string hint = suggest(parsing, device.config, parsing.config.configs);
        if (index.bonds.contains(device.config)) {
            hint =
                fmt::format(", it is a bond: name a [config] that says 'bond = {}'", device.config);
        }
        if (hint.empty()) hint = fmt::format(", there is no [config {}]", device.config);
        notes.error(device.line, "unknown config '{}'{}", device.config, hint);
    }
    const SlotConfig* slot = named(index.slots, device.slot);
    if (slot != nullptr && !slot->ports.empty() && device.subdevice &&
        *device.subdevice >= slot->ports.size()) {
        notes.error(device.line, "[slot {}] pins {} ports, from {}.0 to {}.{}", slot->name,
                    slot->ports.size(), slot->name, slot->name, slot->ports.size() - 1);
    }
    // Two hosts that share a file would both take such a slot for theirs.
    const bool stranger = !index.domains.contains(device.slot) && !is_misnamed(parsing, device.slot);
    if (!parsing.config.domains.empty() && stranger) {
        notes.warning(device.line, "slot {} is in no domain, so every host takes it for its own",
                      device.slot);
    }
}

// A name that, given to hadctl or in an order, may mean a slot or a port too: "bond0.5" is an interface's name,
// unless the file has a slot bond0.
void check_name(Parsing& parsing, const std::string& name, const Line& line) {
    if (wrong_own_name(name)) return;         // an error already
    const auto& slots = parsing.index.slot_names;
    const auto port = port_name_from(name);
    if (slots.contains(name))
        Notes{parsing.diagnostics, name}.error(line, "'{}' is a slot of this file already", name);
    else if (port && slots.contains(port->slot))
        Notes{parsing.diagnostics, name}.error(line, "'{}' is a port of slot {} already", name, port->slot);
}

void check_names(Parsing& parsing) {
    for_each_interface(parsing.config, [&](const auto& interface) {
        check_name(parsing, interface.name, interface.line);
    });
    for (const VlanConfig& vlan : parsing.config.vlans) {
        const BondConfig* bond = named(parsing.index.bonds, vlan.name);
        if (bond == nullptr) continue;
        Notes{parsing.diagnostics, vlan.name}.error(vlan.line, "{} gives this name to a bond",
                                                    bond->line);
    }
}

// Sections that nothing uses.  Only in a file without errors: where [devices] is misspelt, every config seems
// unused.
void check_unused(Parsing& parsing) {
    const Config& config = parsing.config;
    std::set<std::string_view> bonds, roles;
    for (const RoleConfig& role : config.configs) bonds.insert(role.bond);
    for (const DeviceLine& device : config.devices) roles.insert(device.config);
    for (const BondConfig& bond : config.bonds) {
        if (bonds.contains(bond.name)) continue;
        Notes{parsing.diagnostics, bond.name}.warning(
            bond.line, "no [config] says 'bond = {}', so it gets no port", bond.name);
    }
    for (const RoleConfig& role : config.configs) {
        if (roles.contains(role.name)) continue;
        Notes{parsing.diagnostics, role.name}.warning(role.line,
                                                      "no line of [devices] uses this config");
    }
    for (const SlotConfig& slot : config.slots) {
        if (parsing.index.domains.contains(slot.name) || !config.lines_of(slot.name).empty()) continue;
        Notes{parsing.diagnostics, "slot " + slot.name}.warning(
            slot.line, "no line of [devices] and no [domain] names it, so its ports get no role");
    }
    std::set<std::string, std::less<>> monitors;
    const auto note = [&](const auto& one) {
        monitors.insert(one.watched.monitors.begin(), one.watched.monitors.end());
    };
    for_each_interface(config, note);
    for (const RoleConfig& role : config.configs) note(role);
    for (const ServiceConfig& service : config.services)
        for (std::string& name : service.monitors()) monitors.insert(std::move(name));
    for (const MonitorConfig& monitor : config.monitors) {
        if (monitors.contains(monitor.name)) continue;
        Notes{parsing.diagnostics, "monitor " + monitor.name}.warning(monitor.line, "no section says 'monitor = {}'",
                                                                      monitor.name);
    }
    check_unused_services(parsing);
    if (config == Config{}) {
        tell(parsing.diagnostics,
             {Severity::warning, 0, "", "the file says nothing, and the daemon will do nothing"});
    }
}

// A bond survives the failure of a port; that of a card only when it has ports on another card.
void check_diversity(Parsing& parsing) {
    struct Ports {
        std::set<SlotName, SlotLess> slots;
        unsigned count = 0;
        bool whole = false;                   // a slot, whatever ports its card has
    };
    std::map<std::string_view, Ports> of_bond;
    for (const DeviceLine& device : parsing.config.devices) {
        const auto domain = parsing.index.domains.find(device.slot);
        if (domain != parsing.index.domains.end() && !parsing.config.has_domain(domain->second)) continue;
        Ports& ports = of_bond[named(parsing.index.roles, device.config)->bond];
        ports.slots.insert(device.slot);
        ++ports.count;
        ports.whole = ports.whole || !device.subdevice;
    }
    for (const BondConfig& bond : parsing.config.bonds) {
        const Ports& ports = of_bond[bond.name];
        const Notes notes{parsing.diagnostics, bond.name};
        if (ports.count == 1 && !ports.whole)
            notes.warning(bond.line, "has only one port: nothing takes over when it fails");
        else if (ports.slots.size() == 1)
            notes.warning(bond.line, "{}", one_card(*ports.slots.begin()));
        const std::uint64_t least = number_of(bond.options, BondOption::min_links);
        if (bond.mode() == BondMode::lacp && least > ports.count && !ports.whole)
            notes.warning(parsing.line_of("bond " + bond.name, "min_links", bond.line),
                          "'min_links = {}' is more than its {} {}: it never has carrier", least, ports.count,
                          ports.count == 1 ? "port" : "ports");
    }
}

// On one network this is a duplicate address; on two networks it is right, and rare.
void check_macs(Parsing& parsing) {
    std::map<std::string, const BondConfig*> seen;
    for (const BondConfig& bond : parsing.config.bonds) {
        const Mac* mac = std::get_if<Mac>(&bond.mac);
        if (mac == nullptr) continue;
        const auto [at, inserted] = seen.try_emplace(to_string(*mac), &bond);
        if (inserted) continue;
        Notes{parsing.diagnostics, bond.name}.warning(parsing.line_of("bond " + bond.name, "mac", bond.line),
                                                      "mac {} is also that of {}, {}", at->first, at->second->name,
                                                      at->second->line);
    }
}

// The first, where two have the same name, which is an error already.
template <class T>
std::map<std::string_view, const T*> by_name(const std::vector<T>& all) {
    std::map<std::string_view, const T*> names;
    for (const T& one : all) names.try_emplace(one.name, &one);
    return names;
}

Index index_of(const Config& config) {
    Index index{by_name(config.bonds), by_name(config.configs), by_name(config.vlans), by_name(config.slots),
                by_name(config.monitors), {}, {}};
    for (const Domain& domain : config.domains)
        for (const SlotName& slot : domain.slots) index.domains.try_emplace(slot, domain.name);
    for (const auto& [slot, domain] : index.domains) index.slot_names.insert(slot);
    for (const SlotConfig& slot : config.slots) index.slot_names.insert(slot.name);
    for (const DeviceLine& device : config.devices) index.slot_names.insert(device.slot);
    return index;
}

} // namespace

std::string one_card(std::string_view slot) {
    return fmt::format("all ports on one card (slot {}): one pull takes it down", slot);
}

void check_config(Parsing& parsing) {
    parsing.index = index_of(parsing.config);
    check_domains(parsing);
    check_slots(parsing);
    check_names(parsing);
    check_macs(parsing);
    for (BondConfig& bond : parsing.config.bonds) check_bond(parsing, bond);
    for (const RoleConfig& role : parsing.config.configs) check_role(parsing, role);
    check_ports(parsing);
    for (const DeviceLine& device : parsing.config.devices) check_device(parsing, device);
    check_queues(parsing);
    check_addresses(parsing);
    check_routes(parsing);
    check_vlans(parsing);
    check_monitors(parsing);
    check_services(parsing);
    check_peers(parsing);
    check_tuning(parsing);
    check_files(parsing);
    if (has_errors(parsing.diagnostics)) return;
    check_unused(parsing);
    check_diversity(parsing);
}

} // namespace had::core
