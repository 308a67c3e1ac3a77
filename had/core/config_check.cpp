#include "had/core/config_check.hpp"

#include <fmt/format.h>

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
        had.error(parsing.line_of("had", "domains", 0), fmt::format("unknown domain '{}'{}", name, hint));
    }
    std::map<SlotName, const Domain*> seen;
    for (const Domain& domain : config.domains) {
        const std::string section = "domain " + domain.name;
        for (const SlotName& slot : domain.slots) {
            const auto [at, inserted] = seen.try_emplace(slot, &domain);
            if (inserted) continue;
            Notes{parsing.diagnostics, section}.error(
                parsing.line_of(section, "slots", domain.line),
                fmt::format("slot {} is also in domain {}", slot, at->second->name));
        }
    }
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
        Notes{parsing.diagnostics, ""}.warning(
            0, fmt::format("slot '{}' and slot '{}' are two slots, one of them may be a slip",
                           names[i - 1], names[i]));
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
        Notes{parsing.diagnostics, section}.error(
            parsing.line_of(section, "location", slot->line),
            fmt::format("'{}' is also the location of slot {}", to_string(slot->location), same->name));
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
        if (hint.empty()) hint = fmt::format(", there is no [config {}]", device.config);
        notes.error(device.line, fmt::format("unknown config '{}'{}", device.config, hint));
    }
    const SlotConfig* slot = config.slot(device.slot);
    if (slot != nullptr && !slot->ports.empty() && device.subdevice &&
        *device.subdevice >= slot->ports.size()) {
        notes.error(device.line, fmt::format("[slot {}] pins {} ports, from {}.0 to {}.{}", slot->name,
                                             slot->ports.size(), slot->name, slot->name,
                                             slot->ports.size() - 1));
    }
    // Two hosts that share a file would both take such a slot for theirs.
    if (!config.domains.empty() && config.domain_of(device.slot).empty()) {
        notes.warning(device.line, fmt::format("slot {} is in no domain, so every host takes it for its own",
                                               device.slot));
    }
}

void check_names(Parsing& parsing) {
    for (const VlanConfig& vlan : parsing.config.vlans) {
        const BondConfig* bond = parsing.config.bond(vlan.name);
        if (bond == nullptr) continue;
        Notes{parsing.diagnostics, vlan.name}.error(
            vlan.line, fmt::format("line {} gives this name to a bond", bond->line));
    }
}

void check_bond_is_used(Parsing& parsing, const BondConfig& bond) {
    const std::vector<RoleConfig>& configs = parsing.config.configs;
    const auto uses = [&](const RoleConfig& role) { return role.bond == bond.name; };
    if (std::any_of(configs.begin(), configs.end(), uses)) return;
    Notes{parsing.diagnostics, bond.name}.warning(
        bond.line, fmt::format("no [config] says 'bond = {}', so it gets no port", bond.name));
}

} // namespace

void check_config(Parsing& parsing) {
    check_domains(parsing);
    check_spelling(parsing);
    check_slots(parsing);
    check_names(parsing);
    for (BondConfig& bond : parsing.config.bonds) {
        check_bond(parsing, bond);
        check_bond_is_used(parsing, bond);
    }
    for (const RoleConfig& role : parsing.config.configs) check_role(parsing, role);
    for (const DeviceLine& device : parsing.config.devices) check_device(parsing, device);
    check_addresses(parsing);
}

} // namespace had::core
