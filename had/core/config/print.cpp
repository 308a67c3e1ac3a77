// The normal form: every section in one order, only what differs from its default, one element of a
// repeatable key a line (a line has at most 199 bytes).
#include "had/core/config/config.hpp"
#include "had/core/base/duration.hpp"

#include <fmt/format.h>

#include <iterator>

namespace had::core {

namespace {

class Printer {
public:
    void section(std::string_view kind, std::string_view name = "") {
        if (!text_.empty()) text_ += '\n';
        text_ += fmt::format("[{}{}{}]\n", kind, name.empty() ? "" : " ", name);
    }
    template <class T>
    void key(std::string_view name, const T& value) {
        fmt::format_to(std::back_inserter(text_), "{} = {}\n", name, value);
    }
    template <class T>
    void optional(std::string_view name, const std::optional<T>& value) {
        if (value) key(name, *value);
    }
    void given(std::string_view name, const std::string& value) {
        if (!value.empty()) key(name, value);
    }
    void given(std::string_view name, const std::vector<std::string>& words) {
        if (!words.empty()) key(name, fmt::format("{}", fmt::join(words, " ")));
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::string_view yes_or_no(bool value) { return value ? "yes" : "no"; }

std::string print_size(std::uint64_t bytes) {
    if (bytes == 0) return "0";
    if (bytes % (1U << 30) == 0) return fmt::format("{}GiB", bytes >> 30);
    return bytes % (1U << 20) == 0 ? fmt::format("{}MiB", bytes >> 20) : fmt::format("{}KiB", bytes >> 10);
}

void print_had(Printer& out, const Settings& had) {
    const Settings usual;
    if (had == usual) return;
    out.section("had");
    out.given("domains", had.domains);
    if (had.pcidrivers != usual.pcidrivers) out.key("pcidrivers", had.pcidrivers);
    switch (had.event_source) {
    case EventSource::automatic: break;
    case EventSource::udev: out.key("event_source", "udev"); break;
    case EventSource::kernel: out.key("event_source", "kernel"); break;
    }
    if (had.unload_drivers) out.key("unload_drivers", "yes");
    out.given("socket_group", had.socket_group);
    out.given("notify_dir", had.notify_dir);
    out.given("metrics_file", had.metrics_file);
    if (had.last_port == LastPort::allow) out.key("last_port", "allow");
    if (had.history_size != usual.history_size) out.key("history_size", print_size(had.history_size));
    if (had.history_age != usual.history_age)
        out.key("history_age", fmt::format("{}d", had.history_age / std::chrono::hours(24)));
    if (had.notify_timeout != usual.notify_timeout) out.key("notify_timeout", print_duration(had.notify_timeout));
    if (had.notify_after != usual.notify_after) out.key("notify_after", print_duration(had.notify_after));
}

// "1-8 11 front": neighbours that count on become a range.
std::string print_slots(const std::vector<SlotName>& slots) {
    const auto follows = [](const SlotName& a, const SlotName& b) {
        if (a.size() > 9 || a.find_first_not_of("0123456789") != SlotName::npos) return false;
        return (a == "0" || a[0] != '0') && b == std::to_string(std::stoul(a) + 1);
    };
    std::string text;
    for (std::size_t first = 0; first < slots.size();) {
        std::size_t last = first;
        while (last + 1 < slots.size() && follows(slots[last], slots[last + 1])) ++last;
        if (!text.empty()) text += ' ';
        text += slots[first];
        if (last > first) text += '-' + slots[last];
        first = last + 1;
    }
    return text;
}

void print_slot(Printer& out, const SlotConfig& slot) {
    out.section("slot", slot.name);
    out.given("location", to_string(slot.location));
    out.given("ports", slot.ports);
    if (slot.accept.same_model) out.key("accept", "same-model");
    for (const ModelId& model : slot.accept.models) {
        out.key("accept", to_pci_id(model.vendor, model.device));
    }
}

std::string print_via(const RouteConfig& route) {
    std::string text = to_string(route.via);
    if (route.metric) text += fmt::format(" metric {}", *route.metric);
    if (route.table) text += fmt::format(" table {}", *route.table);
    return text;
}

void print_net(Printer& out, const Addressing& net) {
    for (const IpPrefix& prefix : net.addresses) out.key("address", to_string(prefix));
    for (const auto& [prefix, broadcast] : net.broadcasts)
        out.key("broadcast", to_string(broadcast));
    for (const RouteConfig& route : net.routes) {
        if (route.destination) {
            out.key("route",
                    fmt::format("{} via {}", to_string(*route.destination), print_via(route)));
        } else {
            out.key("gateway", print_via(route));
        }
    }
    out.optional("mtu", net.mtu);
}

void print_failback(Printer& out, const Failback& failback) {
    switch (failback.kind) {
    case FailbackKind::automatic: return;
    case FailbackKind::never: return out.key("failback", "never");
    case FailbackKind::after: return out.key("failback", "after " + print_duration(failback.after));
    }
}

void print_link_poll(Printer& out, const LinkPoll& poll) {
    switch (poll.kind) {
    case LinkPollKind::automatic: return;
    case LinkPollKind::off: return out.key("link_poll", "off");
    case LinkPollKind::every: return out.key("link_poll", print_duration(poll.every));
    }
}

void print_option(Printer& out, const BondOptionRule& rule, const BondValue& value) {
    if (const auto* list = std::get_if<std::vector<IpAddress>>(&value)) {
        for (const IpAddress& address : *list) out.key(rule.name, to_string(address));
    } else {
        out.key(rule.name, print_value(rule, value));
    }
}

void print_bond(Printer& out, const BondConfig& bond) {
    out.section("bond", bond.name);
    for (const BondOptionRule& rule : bond_option_rules()) {
        const auto found = bond.options.find(rule.id);
        if (found != bond.options.end()) print_option(out, rule, found->second);
    }
    out.given("primary", bond.primary);
    out.given("active_slave", bond.active_slave);
    if (bond.mac_given) {
        out.key("mac", std::visit(overloaded{[](MacStable) { return std::string("stable"); },
                                             [](MacFirst) { return std::string("first"); },
                                             [](const Mac& mac) { return to_string(mac); }},
                                  bond.mac));
    }
    print_failback(out, bond.failback);
    if (bond.rise) out.key("rise", print_duration(*bond.rise));
    if (bond.damp) out.key("damp", yes_or_no(*bond.damp));
    print_link_poll(out, bond.link_poll);
    out.given("track_file", bond.track_file);
    print_net(out, bond.net);
}

void print_role(Printer& out, const RoleConfig& role) {
    out.section("config", role.name);
    out.given("bond", role.bond);
    out.optional("prio", role.port.prio);
    out.optional("queue_id", role.port.queue_id);
    out.optional("actor_port_prio", role.port.actor_port_prio);
    print_net(out, role.net);
    out.optional("speed", role.mode.speed);
    if (role.mode.duplex) out.key("duplex", name_of(*role.mode.duplex));
    if (role.mode.autoneg) out.key("autoneg", yes_or_no(*role.mode.autoneg));
}

void print_devices(Printer& out, const std::vector<DeviceLine>& devices) {
    if (devices.empty()) return;
    out.section("devices");
    for (const DeviceLine& device : devices) {
        if (device.subdevice) {
            out.key(to_string(PortName{device.slot, *device.subdevice, device.unit}),
                    device.config);
        } else {
            out.key(device.slot, device.config);
        }
    }
}

} // namespace

std::string print(const Config& config) {
    Printer out;
    print_had(out, config.had);
    for (const Domain& domain : config.domains) {
        out.section("domain", domain.name);
        out.given("slots", print_slots(domain.slots));
    }
    for (const SlotConfig& slot : config.slots) print_slot(out, slot);
    for (const BondConfig& bond : config.bonds) print_bond(out, bond);
    for (const RoleConfig& role : config.configs) print_role(out, role);
    for (const VlanConfig& vlan : config.vlans) {
        out.section("vlan", vlan.name);
        out.given("on", vlan.on);
        out.key("id", vlan.id);
        print_net(out, vlan.net);
    }
    print_devices(out, config.devices);
    return out.take();
}

} // namespace had::core
