#include "had/core/action/action.hpp"

#include <fmt/format.h>

namespace had::core {
namespace {

std::string print(const BondOptions& options) {
    std::string out;
    for (const BondOptionRule& rule : bond_option_rules())
        if (auto at = options.find(rule.id); at != options.end())
            out += fmt::format(" {} {}{}", rule.name, rule.type == BondType::ifindex ? "interface " : "",
                               print_value(rule, at->second));
    return out;
}

std::string print(const PortOptions& options) {
    std::string out;
    if (options.prio) out += fmt::format(" prio {}", *options.prio);
    if (options.queue_id) out += fmt::format(" queue_id {}", *options.queue_id);
    if (options.actor_port_prio) out += fmt::format(" actor_port_prio {}", *options.actor_port_prio);
    return out;
}

std::string print(const SetLink& o) {
    std::string out = fmt::format("set {}", o.link.name);
    if (o.mtu) out += fmt::format(" mtu {}", *o.mtu);
    if (o.address) out += fmt::format(" address {}", to_string(*o.address));
    if (o.up) out += *o.up ? " up" : " down";
    return out;
}

std::string print(const std::vector<PciAddress>& functions) {
    std::string out;
    for (const PciAddress& function : functions) out += " " + to_string(function);
    return out;
}

// Two references to one link are the same attempt before and after its index is known.
std::string ref(const LinkRef& link) { return link.name; }

std::string first_option(const BondOptions& options) {
    return options.empty() ? "" : std::string(rule_of(options.begin()->first).name);
}

std::string what(const SetLink& o) {
    return fmt::format("{}{}{}", o.up ? "u" : "", o.mtu ? "m" : "", o.address ? "a" : "");
}

} // namespace

void Held::by(const Action& action) {
    const bool rest_waits = std::visit(
        overloaded{
            [](const CreateBond&) { return true; },
            [](const CreateVlan&) { return true; },
            [](const Enslave&) { return true; },
            [](const Release&) { return true; },
            [](const SetLink& o) { return !o.up.value_or(true); },    // what can be set only while it is down
            [](const auto&) { return false; },
        },
        action.operation);
    if (rest_waits) objects_.insert(action.object);
    if (const auto* create = std::get_if<CreateBond>(&action.operation)) bonds_.insert(create->name);
}

bool Held::holds(const Action& action) const {
    return objects_.contains(action.object) || bonds_.contains(action.needs);
}

bool is_job(const Operation& operation) {
    return std::visit(
        overloaded{
            [](const LoadModule&) { return true; },
            [](const UnloadModule&) { return true; },
            [](const UnbindDrivers&) { return true; },
            [](const BindDrivers&) { return true; },
            [](const PowerSlot&) { return true; },
            [](const IdentifySlot&) { return true; },
            [](const RemoveCard&) { return true; },
            [](const RescanBus&) { return true; },
            [](const auto&) { return false; },
        },
        operation);
}

SlotName slot_of(const Operation& job) {
    return std::visit(
        overloaded{
            [](const LoadModule& o) { return o.slot; },
            [](const UnbindDrivers& o) { return o.slot; },
            [](const BindDrivers& o) { return o.slot; },
            [](const PowerSlot& o) { return o.slot; },
            [](const IdentifySlot& o) { return o.slot; },
            [](const RemoveCard& o) { return o.slot; },
            [](const auto&) { return SlotName(); },
        },
        job);
}

std::string to_string(const Operation& operation) {
    return std::visit(
        overloaded{
            [](const CreateBond& o) {
                std::string out = fmt::format("create bond {}{}", o.name, print(o.options));
                if (o.address) out += fmt::format(" address {}", to_string(*o.address));
                if (o.mtu) out += fmt::format(" mtu {}", *o.mtu);
                return out;
            },
            [](const CreateVlan& o) {
                std::string out = fmt::format("create vlan {} on {} id {}", o.name, o.on.name, o.id);
                if (o.mtu) out += fmt::format(" mtu {}", *o.mtu);
                return out;
            },
            [](const SetBondOptions& o) { return fmt::format("set {}{}", o.bond.name, print(o.options)); },
            [](const SetLink& o) { return print(o); },
            [](const SetLinkMode& o) {
                return fmt::format("set {} {}", o.port.name, to_string(o.mode));
            },
            [](const Enslave& o) { return fmt::format("enslave {} to {}", o.port.name, o.bond.name); },
            [](const Release& o) { return fmt::format("release {} from {}", o.port.name, o.bond.name); },
            [](const SetPortOptions& o) {
                return fmt::format("set {} in {}{}", o.port.name, o.bond.name, print(o.options));
            },
            [](const AddAddress& o) {
                std::string out = fmt::format("add {} to {}", to_string(o.prefix), o.link.name);
                if (o.broadcast) out += fmt::format(" broadcast {}", to_string(*o.broadcast));
                return out;
            },
            [](const RemoveAddress& o) {
                return fmt::format("remove {} from {}", to_string(o.prefix), o.link.name);
            },
            [](const AddRoute& o) {
                return fmt::format("{} route {} on {}", o.replace ? "replace" : "add", to_string(o.route),
                                   o.link.name);
            },
            [](const RemoveRoute& o) {
                return fmt::format("remove route {} from {}", to_string(o.route), o.link.name);
            },
            [](const DeleteLink& o) { return fmt::format("delete {}", o.link.name); },
            [](const LoadModule& o) {
                std::string out = fmt::format("load module {}", o.module);
                if (!o.options.empty()) out += " " + o.options;
                if (!o.slot.empty()) out += fmt::format(" for slot {}", o.slot);
                return out;
            },
            [](const UnloadModule& o) { return fmt::format("unload module {}", o.module); },
            [](const UnbindDrivers& o) {
                return fmt::format("unbind the drivers of slot {}:{}", o.slot, print(o.functions));
            },
            [](const BindDrivers& o) {
                return fmt::format("bind drivers in slot {}:{}", o.slot, print(o.functions));
            },
            [](const PowerSlot& o) {
                return fmt::format("switch slot {} {}{}{}", o.slot, o.on ? "on" : "off",
                                   o.bound.empty() ? "" : ", its drivers first:", print(o.bound));
            },
            [](const IdentifySlot& o) { return fmt::format("blink the LED of slot {}", o.slot); },
            [](const RemoveCard& o) { return fmt::format("remove the card of slot {}", o.slot); },
            [](const RescanBus& o) { return "look for cards on bus " + o.bus; },
        },
        operation);
}

std::string key_of(const Operation& operation) {
    return std::visit(
        overloaded{
            [](const CreateBond& o) { return "create " + o.name; },
            [](const CreateVlan& o) { return "create " + o.name; },
            [](const SetBondOptions& o) {
                return fmt::format("option {} {}", ref(o.bond), first_option(o.options));
            },
            [](const SetLink& o) { return fmt::format("link {} {}", ref(o.link), what(o)); },
            [](const SetLinkMode& o) { return "mode " + ref(o.port); },
            [](const Enslave& o) { return "enslave " + ref(o.port); },
            [](const Release& o) { return "release " + ref(o.port); },
            [](const SetPortOptions& o) {
                return fmt::format("port {}{}", ref(o.port), o.options.prio ? " prio" : "");
            },
            [](const AddAddress& o) {
                return fmt::format("add {} {}", ref(o.link), to_string(o.prefix));
            },
            [](const RemoveAddress& o) {
                return fmt::format("remove {} {}", ref(o.link), to_string(o.prefix));
            },
            [](const AddRoute& o) {
                return fmt::format("route {} {}", ref(o.link), to_string(o.route));
            },
            [](const RemoveRoute& o) {
                return fmt::format("no route {} {}", ref(o.link), to_string(o.route));
            },
            [](const DeleteLink& o) { return "delete " + ref(o.link); },
            [](const LoadModule& o) { return fmt::format("load {} {}", o.slot, o.module); },
            [](const UnloadModule& o) { return "unload " + o.module; },
            [](const UnbindDrivers& o) { return "unbind " + o.slot; },
            [](const BindDrivers& o) { return "bind " + o.slot; },
            [](const PowerSlot& o) { return "power " + o.slot; },
            [](const IdentifySlot& o) { return "identify " + o.slot; },
            [](const RemoveCard& o) { return "remove " + o.slot; },
            [](const RescanBus& o) { return "rescan " + o.bus; },
        },
        operation);
}

} // namespace had::core
