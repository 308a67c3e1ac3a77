#include "had/core/config_check.hpp"

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
        std::string hint = suggest(name, config.domains);
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

// Where the file first speaks of a slot.
unsigned line_of_slot(const Parsing& parsing, const SlotName& name) {
    const Config& config = parsing.config;
    if (const auto lines = config.lines_of(name); !lines.empty()) return lines.front().line;
    if (const SlotConfig* slot = config.slot(name)) return slot->line;
    const std::string domain = fmt::format("domain {}", config.domain_of(name));
    return parsing.line_of(domain, "slots", 0);
}

// "02" and "2" are two labels, which nobody means.  slot_names() is ordered by value: such two are
// neighbours.
void check_spelling(Parsing& parsing) {
    const auto value = [](const SlotName& name) {
        if (name.find_first_not_of("0123456789") != SlotName::npos) return name;
        return name.substr(std::min(name.find_first_not_of('0'), name.size() - 1));
    };
    const std::vector<SlotName> names = parsing.config.slot_names();
    for (std::size_t i = 1; i < names.size(); ++i) {
        if (value(names[i - 1]) != value(names[i])) continue;
        Notes{parsing.diagnostics, "slot " + names[i - 1]}.warning(
            line_of_slot(parsing, names[i - 1]), "is another slot than '{}' of line {}", names[i],
            line_of_slot(parsing, names[i]));
    }
}

void check_slots(Parsing& parsing) {
    const std::vector<SlotConfig>& slots = parsing.config.slots;
    for (auto slot = slots.begin(); slot != slots.end(); ++slot) {
        if (slot->location == Location{}) continue;
        const auto same = std::find_if(slots.begin(), slot, [&](const SlotConfig& other) {
            return other.location == slot->location;
        });
        if (same == slot) continue;
        const std::string section = "slot " + slot->name;
        Notes{parsing.diagnostics, section}.error(parsing.line_of(section, "location", slot->line),
                                                  "'{}' is also the location of slot {}",
                                                  to_string(slot->location), same->name);
    }
}

void check_device(Parsing& parsing, const DeviceLine& device) {
    const Config& config = parsing.config;
    const std::string port = device.subdevice
                                 ? to_string(PortName{device.slot, *device.subdevice, device.unit})
                                 : device.slot;
    const Notes notes{parsing.diagnostics, port};
    if (config.config(device.config) == nullptr) {
        std::string hint = suggest(device.config, config.configs);
        if (config.bond(device.config) != nullptr) {
            hint =
                fmt::format(", it is a bond: name a [config] that says 'bond = {}'", device.config);
        }
        if (hint.empty()) hint = fmt::format(", there is no [config {}]", device.config);
        notes.error(device.line, "unknown config '{}'{}", device.config, hint);
    }
    const SlotConfig* slot = config.slot(device.slot);
    if (slot != nullptr && !slot->ports.empty() && device.subdevice &&
        *device.subdevice >= slot->ports.size()) {
        notes.error(device.line, "[slot {}] pins {} ports, from {}.0 to {}.{}", slot->name,
                    slot->ports.size(), slot->name, slot->name, slot->ports.size() - 1);
    }
    // Two hosts that share a file would both take such a slot for theirs.
    if (!config.domains.empty() && config.domain_of(device.slot).empty()) {
        notes.warning(device.line, "slot {} is in no domain, so every host takes it for its own",
                      device.slot);
    }
}

void check_names(Parsing& parsing) {
    for (const VlanConfig& vlan : parsing.config.vlans) {
        const BondConfig* bond = parsing.config.bond(vlan.name);
        if (bond == nullptr) continue;
        Notes{parsing.diagnostics, vlan.name}.error(vlan.line, "line {} gives this name to a bond",
                                                    bond->line);
    }
}

// What the file says and nothing uses.  Only in a file without errors: where [devices] is misspelt,
// every config seems unused.
void check_unused(Parsing& parsing) {
    const Config& config = parsing.config;
    for (const BondConfig& bond : config.bonds) {
        const auto uses = [&](const RoleConfig& role) { return role.bond == bond.name; };
        if (std::any_of(config.configs.begin(), config.configs.end(), uses)) continue;
        Notes{parsing.diagnostics, bond.name}.warning(
            bond.line, "no [config] says 'bond = {}', so it gets no port", bond.name);
    }
    for (const RoleConfig& role : config.configs) {
        const auto uses = [&](const DeviceLine& device) { return device.config == role.name; };
        if (std::any_of(config.devices.begin(), config.devices.end(), uses)) continue;
        Notes{parsing.diagnostics, role.name}.warning(role.line,
                                                      "no line of [devices] uses this config");
    }
    if (config == Config{}) {
        parsing.diagnostics.push_back({Severity::warning, 0, "",
                                       "the file says nothing, had will do nothing"});
    }
}

// A bond masks the failure of a port, and that of a card only when it has ports on another.
void check_diversity(Parsing& parsing) {
    const Config& config = parsing.config;
    for (const BondConfig& bond : config.bonds) {
        std::set<SlotName, SlotLess> slots;
        unsigned ports = 0;
        bool whole = false;
        for (const DeviceLine& device : config.devices) {
            const RoleConfig* role = config.config(device.config);
            if (role->bond != bond.name || !config.controls(device.slot)) continue;
            slots.insert(device.slot);
            ++ports;
            whole = whole || !device.subdevice;
        }
        const Notes notes{parsing.diagnostics, bond.name};
        if (ports == 1 && !whole)
            notes.warning(bond.line, "has only one port: nothing takes over when it fails");
        else if (slots.size() == 1)
            notes.warning(bond.line, "{}", one_card(*slots.begin()));
    }
}

} // namespace

std::string one_card(std::string_view slot) {
    return fmt::format("all ports on one card (slot {}): one pull takes it down", slot);
}

void check_config(Parsing& parsing) {
    check_domains(parsing);
    check_spelling(parsing);
    check_slots(parsing);
    check_names(parsing);
    for (BondConfig& bond : parsing.config.bonds) check_bond(parsing, bond);
    for (const RoleConfig& role : parsing.config.configs) check_role(parsing, role);
    for (const DeviceLine& device : parsing.config.devices) check_device(parsing, device);
    check_queues(parsing);
    check_addresses(parsing);
    check_routes(parsing);
    check_vlans(parsing);
    if (has_errors(parsing.diagnostics)) return;
    check_unused(parsing);
    check_diversity(parsing);
}

} // namespace had::core
