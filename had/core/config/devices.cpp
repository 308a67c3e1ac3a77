// [devices]: slot.subdevice = config.
#include "had/core/config/parse.hpp"
#include "had/core/config/print.hpp"
#include "had/core/base/names.hpp"

#include <fmt/format.h>

namespace had::core {

namespace {

std::optional<DeviceLine> device_from(const IniEntry& entry, const Notes& notes) {
    DeviceLine device;
    device.line = entry.line;
    device.config = entry.value;
    if (const auto port = port_name_from(entry.key)) {
        device.slot = port->slot;
        device.subdevice = port->subdevice;
        device.unit = port->unit;
    } else {
        device.slot = entry.key;
    }
    const auto wrong = wrong_label(device.slot);
    if (!wrong) return device;
    if (device.subdevice || looks_like_range(entry.key)) {
        notes.error(entry.line, "'{}' {}", device.slot, *wrong);
    } else {
        notes.error(entry.line, "'{}' is no port, write a slot such as 2 or a port such as 2.1",
                    entry.key);
    }
    return std::nullopt;
}

// `2.1` and `2.1/0` are one port.
std::string port_of(const DeviceLine& device) {
    if (!device.subdevice) return device.slot;
    return to_string(PortName{device.slot, *device.subdevice, device.unit});
}

// Finds "config2 = 2.0", the wrong way round, and "0000:02:00.0 = config2", which arrives cut at its first colon.
std::string not_a_config(const IniEntry& entry, std::string_view wrong) {
    const std::string& value = entry.value;
    if (port_name_from(value)) return fmt::format("'{0}' is no config, write '{0} = {1}'", value, entry.key);
    const auto equals = value.find('=');
    if (equals == std::string::npos) return fmt::format("'{}' is no config: it {}", value, wrong);
    const auto end = value.find_last_not_of(" \t", equals - 1);
    return fmt::format("'{}:{}' is no port, write a slot such as 2 or a port such as 2.1", entry.key,
                       equals == 0 || end == std::string::npos ? "" : value.substr(0, end + 1));
}

void parse_devices(Parsing& parsing, const Heading& heading) {
    for (const IniEntry& entry : heading.section.entries) {
        const Heading of_entry{heading.section, heading.kind, heading.name,
                               Notes{parsing.diagnostics, entry.key}};
        auto device = device_from(entry, of_entry.notes);
        if (!device || !first_time(parsing, of_entry, entry, port_of(*device), false)) continue;
        if (!unquoted(of_entry, entry)) continue;
        if (const auto wrong = wrong_label(entry.value)) {
            of_entry.notes.error(entry.line, "{}", not_a_config(entry, *wrong));
        } else {
            parsing.config.devices.push_back(std::move(*device));
        }
    }
}

void print_devices(Printer& out, const Config& config) {
    if (config.devices.empty()) return;
    out.section("devices");
    for (const DeviceLine& device : config.devices) {
        if (device.subdevice) {
            out.key(to_string(PortName{device.slot, *device.subdevice, device.unit}),
                    device.config);
        } else {
            out.key(device.slot, device.config);
        }
    }
}

std::vector<std::string_view> no_key_names() { return {}; }

} // namespace

const SectionRule devices_section{"devices", Named::no, true, parse_devices, no_key_names, print_devices};

} // namespace had::core
