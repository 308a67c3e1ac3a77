#include "had/core/service/facts.hpp"

#include "had/core/config/command_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::core {

namespace {

const std::vector<Device>& devices_of(const ServiceFacts& facts, const std::string& match) {
    static const std::vector<Device> none;
    const auto at = facts.devices.find(match);
    return at == facts.devices.end() ? none : at->second;
}

const Link* link_of(const ServiceFacts& facts, const std::string& name) {
    return facts.observed.link(facts.chassis.resolve(name, facts.observed));
}

bool has_address(const ServiceFacts& facts, const std::string& name) {
    const Link* link = link_of(facts, name);
    if (!link || !link->up) return false;
    const auto& all = facts.observed.addresses_of(link->index);
    return std::any_of(all.begin(), all.end(),
                       [](const Address& a) { return !a.link_scope && !a.tentative && !a.duplicate; });
}

// Of `dhcp = yes`, or of a device that is an interface itself.
std::string interface_name(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device) {
    if (service.interface.empty()) return device;
    if (facts.config.match(service.interface)) {
        const auto& there = devices_of(facts, service.interface);
        return there.empty() ? std::string() : there.front().name;
    }
    return service.interface;
}

} // namespace

const std::string& runs_of(const ServiceConfig& service) {
    return service.unit.empty() ? service.command : service.unit;
}

const Device* device_of(const ServiceFacts& facts, const ServiceConfig& service, const std::string& name) {
    const auto& there = devices_of(facts, service.match);
    const auto at = std::find_if(there.begin(), there.end(), [&](const Device& one) { return one.name == name; });
    return at == there.end() ? nullptr : &*at;
}

Ifindex interface_of(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device) {
    const std::string name = interface_name(facts, service, device);
    return name.empty() ? 0 : facts.chassis.resolve(name, facts.observed);
}

std::optional<std::string> filled_for(const ServiceFacts& facts, const ServiceConfig& service,
                                      const std::string& device, std::string_view text) {
    const Device* there = device_of(facts, service, device);
    return filled(text, [&](std::string_view name) -> std::optional<std::string> {
        if (name == "interface") {
            const Link* link = facts.observed.link(interface_of(facts, service, device));
            return link ? std::optional(link->name) : std::nullopt;
        }
        if (name == "devnode" || name == "device" || name == "syspath") {
            if (!there || (name == "devnode" && there->devnode.empty())) return std::nullopt;
            return name == "devnode" ? there->devnode : name == "device" ? there->name : there->syspath;
        }
        const Link* link = link_of(facts, std::string(name));
        return link ? std::optional(link->name) : std::nullopt;
    });
}

// The words are parted first, so that no name can become two.
std::vector<std::string> words_for(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device,
                                   std::string_view command) {
    std::vector<std::string> words = command_words(command).value_or(std::vector<std::string>{});
    for (std::string& word : words) {
        auto done = filled_for(facts, service, device, word);
        if (!done) return {};
        word = *std::move(done);
    }
    return words;
}

bool has_carrier(const ServiceFacts& facts, const std::string& name) {
    const Link* link = link_of(facts, name);
    return link && link->up && link->carrier;
}

bool holds(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device, const Sign& sign) {
    const auto object = filled_for(facts, service, device, sign.object);
    if (!object) return false;
    switch (sign.kind) {
    case SignKind::address: return has_address(facts, *object);
    case SignKind::carrier: return has_carrier(facts, *object);
    case SignKind::file: return facts.has_file(*object);
    case SignKind::started:
    case SignKind::notify:
    case SignKind::exit: return false;
    }
    return false;
}

std::string lack_of(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device,
                    const Sign& sign) {
    const std::string object = filled_for(facts, service, device, sign.object).value_or(sign.object);
    switch (sign.kind) {
    case SignKind::address: return object + " has no address";
    case SignKind::carrier: return object + " has no carrier";
    case SignKind::file: return fmt::format("there is no {}", object);
    case SignKind::started: return "it has not started";
    case SignKind::notify: return "it has not said READY=1";
    case SignKind::exit: return "it has not ended";
    }
    return {};
}

} // namespace had::core
