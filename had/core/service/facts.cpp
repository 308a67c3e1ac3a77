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

// Of a match, that of its first device; empty: it has none.
std::string name_behind(const ServiceFacts& facts, const std::string& name) {
    if (!facts.config.match(name)) return name;
    const auto& there = devices_of(facts, name);
    return there.empty() ? std::string() : there.front().name;
}

} // namespace

std::string watched_name(const ServiceKey& key) { return "service " + to_string(key); }

bool is_watched_service(std::string_view watched) { return watched.find(' ') != std::string_view::npos; }

std::optional<WayFound> way_found(const ServiceFacts& facts, const ServiceKey& key, const std::string& monitor) {
    if (!facts.paths) return std::nullopt;
    const auto at = facts.paths->find(watched_name(key));
    if (at == facts.paths->end()) return std::nullopt;
    for (const MonitorState& state : at->second)
        if (state.monitor == monitor && !state.judgement.ports.empty()) {
            const Finding& found = state.judgement.ports.front();
            return WayFound{found.state, found.since, found.text};
        }
    return std::nullopt;
}

namespace {

// Why a monitor could find nothing, whoever is there: empty where it could.
std::string lack_of_way(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device,
                        const std::string& monitor) {
    const Link* link = facts.observed.link(interface_of(facts, service, device));
    if (!link) return fmt::format("there is no interface {}", service.interface);
    const MonitorConfig* config = facts.config.monitor(monitor);
    const bool asks = config && rule_of(config->kind).has_targets;
    return asks && !(link->up && link->carrier) ? fmt::format("{} has no carrier", link->name) : "";
}

bool is_good(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device,
             const std::string& monitor) {
    const auto found = way_found(facts, {service.name, device}, monitor);
    return found && found->state == PathState::good && lack_of_way(facts, service, device, monitor).empty();
}

std::string words_of_way(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device,
                         const std::string& monitor) {
    if (std::string lack = lack_of_way(facts, service, device, monitor); !lack.empty()) return lack;
    const auto found = way_found(facts, {service.name, device}, monitor);
    const bool says = found && !found->text.empty();
    return fmt::format("path {}: {}", monitor, says ? found->text : "nothing has answered yet");
}

} // namespace

std::optional<TimePoint> patience(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device,
                                  const Sign& sign, TimePoint now) {
    if (sign.kind != SignKind::monitor) return std::nullopt;
    if (!lack_of_way(facts, service, device, sign.object).empty()) return std::nullopt;
    const auto found = way_found(facts, {service.name, device}, sign.object);
    if (found && found->state == PathState::silent) return std::nullopt;
    return (found ? found->since : now) + service.start_timeout;
}

bool works_on(const ServiceFacts& facts, const ServiceConfig& service, const Link& link) {
    if (service.interface.empty()) return false;
    const std::string name = name_behind(facts, service.interface);
    return name == link.name || (port_name_from(name) && facts.chassis.resolve(name, facts.observed) == link.index) ||
           std::find(link.alternatives.begin(), link.alternatives.end(), name) != link.alternatives.end();
}

std::string lack_of_interface(const ServiceFacts& facts, const ServiceConfig& service) {
    if (service.has_process() && service.net.addresses.empty()) return {};
    const Ifindex index = interface_of(facts, service, "");
    const Link* link = facts.observed.link(index);
    if (!link) return fmt::format("there is no interface {}", service.interface);
    if (!link->up) return fmt::format("{} is down", link->name);
    for (const IpPrefix& prefix : service.net.addresses) {
        const Address* have = facts.observed.address(index, prefix);
        if (!have || have->tentative || have->duplicate)
            return fmt::format("{} has no address {}", link->name, to_string(prefix.address));
    }
    return {};
}

const std::string& runs_of(const ServiceConfig& service) {
    return service.unit.empty() ? service.command : service.unit;
}

const Device* device_of(const ServiceFacts& facts, const ServiceConfig& service, const std::string& name) {
    const auto& there = devices_of(facts, service.match);
    const auto at = std::find_if(there.begin(), there.end(), [&](const Device& one) { return one.name == name; });
    return at == there.end() ? nullptr : &*at;
}

Ifindex interface_named(const ServiceFacts& facts, const std::string& name) {
    const std::string behind = name_behind(facts, name);
    return behind.empty() ? 0 : facts.chassis.resolve(behind, facts.observed);
}

// One without `interface` is about its device, if that is one.
Ifindex interface_of(const ServiceFacts& facts, const ServiceConfig& service, const std::string& device) {
    return interface_named(facts, service.interface.empty() ? device : service.interface);
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
    case SignKind::monitor: return is_good(facts, service, device, sign.object);
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
    case SignKind::monitor: return words_of_way(facts, service, device, sign.object);
    case SignKind::started: return "it has not started";
    case SignKind::notify: return "it has not said READY=1";
    case SignKind::exit: return "it has not ended";
    }
    return {};
}

} // namespace had::core
