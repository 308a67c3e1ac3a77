#include "had/core/config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace had::core {

std::string to_string(const Location& location) {
    return std::visit(
        overloaded{[](std::monostate) { return std::string(); },
                   [](const PciPath& path) { return "path " + to_string(path); },
                   [](const KernelSlotName& slot) { return "kernel " + slot.name; },
                   [](const PciDevice& device) {
                       return fmt::format("pci {:04x}:{:02x}:{:02x}", device.domain, device.bus,
                                          device.device);
                   }},
        location);
}

// The kernel's default is balance-rr.
BondMode BondConfig::mode() const {
    const auto found = options.find(BondOption::mode);
    if (found == options.end()) return BondMode::balance_rr;
    return static_cast<BondMode>(std::get<std::uint64_t>(found->second));
}

const DeviceLine* Config::device(const PortName& port) const {
    const DeviceLine* whole_slot = nullptr;
    for (const DeviceLine& line : lines_of(port.slot)) {
        if (line.subdevice == port.subdevice && line.unit == port.unit) return &line;
        if (!line.subdevice) whole_slot = &line;
    }
    return whole_slot;
}

std::span<const DeviceLine> Config::lines_of(std::string_view slot) const {
    // A slot has few lines: to walk them is cheaper than to search for the end of them.
    const auto first = std::ranges::lower_bound(devices, slot, SlotLess{}, &DeviceLine::slot);
    const auto last = std::find_if(first, devices.end(), [&](const DeviceLine& line) { return line.slot != slot; });
    return {first, last};
}

void Config::sort_devices() {
    std::ranges::stable_sort(devices, SlotLess{}, &DeviceLine::slot);
}

std::string_view Config::domain_of(std::string_view slot_name) const {
    for (const Domain& domain : domains) {
        const auto& all = domain.slots;
        if (std::find(all.begin(), all.end(), slot_name) != all.end()) return domain.name;
    }
    return {};
}

std::string_view Config::service_of(std::string_view name) const {
    const MemberConfig* found = member(name);
    return found ? std::string_view(found->service) : name;
}

bool Config::has_domain(std::string_view domain) const {
    return had.domains.empty() ||
           std::find(had.domains.begin(), had.domains.end(), domain) != had.domains.end();
}

bool Config::controls(std::string_view slot_name) const {
    const std::string_view domain = domain_of(slot_name);
    return domain.empty() || has_domain(domain);
}

bool Config::sets_modes() const {
    return std::any_of(configs.begin(), configs.end(),
                       [](const RoleConfig& role) { return role.mode != LinkMode{}; });
}

std::vector<SlotName> Config::slot_names() const {
    std::set<SlotName, SlotLess> names;
    for (const Domain& domain : domains) names.insert(domain.slots.begin(), domain.slots.end());
    for (const SlotConfig& one : slots) names.insert(one.name);
    for (const DeviceLine& line : devices) names.insert(names.end(), line.slot);      // sorted as these are
    return {names.begin(), names.end()};
}

const RoleConfig* role_of(const Config& config, const PortName& port) {
    const DeviceLine* line = config.device(port);
    if (!line) return nullptr;
    const RoleConfig* role = config.config(line->config);
    if (!role) return nullptr;
    const bool whole_slot = !line->subdevice;
    const bool first = port.subdevice == 0 && port.unit == 0;
    return whole_slot && role->bond.empty() && !first ? nullptr : role;
}

} // namespace had::core
