// The services of a file, and what each belongs to.
#include "had/core/service/step.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::core {

namespace {

ServiceConfig client_on(const Config& config, const std::string& interface, const Line& line) {
    ServiceConfig client;
    client.name = "dhcp-" + interface;
    client.command = config.had.dhcp_client;
    client.interface = interface;
    client.net.dhcp = true;
    client.line = line;
    return client;
}

} // namespace

std::vector<ServiceConfig> all_services(const Config& config) {
    std::vector<ServiceConfig> all = config.services;
    for (ServiceConfig& service : all)
        if (service.net.dhcp) service.command = config.had.dhcp_client;
    for_each_interface(config, [&](const auto& one) {
        if (one.net.dhcp) all.push_back(client_on(config, one.name, one.line));
    });
    for (const DeviceLine& device : config.devices) {
        const RoleConfig* role = config.config(device.config);
        if (!role || !role->net.dhcp || !role->bond.empty() || !config.controls(device.slot)) continue;
        all.push_back(client_on(config, to_string(PortName{device.slot, device.subdevice.value_or(0), device.unit}),
                                device.line));
    }
    return all;
}

Membership membership_of(const Config& config, std::string_view service) {
    for (const FailoverConfig& group : config.failovers)
        for (const std::string& member : group.members)
            if (config.service_of(member) == service) return {&group, member};
    return {};
}

std::string to_string(const ProcessEnd& end) {
    if (!end.trouble.empty()) return end.trouble;
    if (!end.known) return "it ended, nobody knows how";
    if (end.code > 128) return fmt::format("signal {} ended it", end.code - 128);
    return fmt::format("it ended with {}", end.code);
}

} // namespace had::core
