#include "test/scenario/script_words.hpp"

#include "had/core/base/duration.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <stdexcept>

namespace had::test {

using namespace core;

[[noreturn]] void wrong(const std::string& what) {
    throw std::invalid_argument("events: " + what);
}

Words words_of(std::string_view line) {
    Words words;
    while (!line.empty() && line.front() != '#') {
        if (line.front() == ' ') {
            line.remove_prefix(1);
            continue;
        }
        const bool quoted = line.front() == '"';
        if (quoted) line.remove_prefix(1);
        const std::size_t end = std::min(line.find(quoted ? '"' : ' '), line.size());
        words.emplace_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

unsigned number(std::string_view text, int base) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) wrong(std::string(text) + "?");
    return value;
}

ModelId model(std::string_view text) {
    return {static_cast<std::uint16_t>(number(text.substr(0, text.find(':')), 16)),
            static_cast<std::uint16_t>(number(text.substr(text.find(':') + 1), 16))};
}

ActionResult outcome(const std::string& error, const std::string& text) {
    constexpr std::pair<std::string_view, int> errors[] = {{"EPERM", EPERM},
                                                           {"EBUSY", EBUSY},
                                                           {"EINVAL", EINVAL},
                                                           {"ENODEV", ENODEV},
                                                           {"ENOMEM", ENOMEM},
                                                           {"ENOENT", ENOENT},
                                                           {"EADDRNOTAVAIL", EADDRNOTAVAIL},
                                                           {"ENETUNREACH", ENETUNREACH},
                                                           {"EIO", EIO}};
    for (const auto& [name, value] : errors)
        if (name == error) return {value, text};
    wrong("unknown error " + error);
}

FakeSlot slot_from(const Words& w) {
    FakeSlot slot;
    slot.kernel.name = w[1];
    const bool whole = std::count(w[3].begin(), w[3].end(), ':') == 1;
    const auto at = pci_address_from(w[3] + (whole ? ":00.0" : ".0"));
    if (!at) wrong("no place: " + w[3]);
    slot.kernel.domain = at->domain;
    slot.kernel.bus = at->bus;
    slot.kernel.device = at->device;
    slot.kernel.whole_bus = whole;
    slot.kernel.can_power = true;
    for (std::size_t i = 4; i < w.size(); ++i) {
        if (w[i] == "unannounced")
            slot.announced = false;
        else if (w[i] == "CompactPCI")
            slot.kernel.controller = "pci_hotplug";
        else if (w[i] == "behind")
            slot.above.push_back(pci_address_from(w.at(++i)).value());
        else
            wrong(w[i] + "?");
    }
    return slot;
}

Probe probe_named(const std::string& name) {
    if (const auto probe = core::probe_from(name)) return *probe;
    wrong("no probe: " + name);
}

FakeCard card_from(const Words& w) {
    FakeCard card;
    bool dual = false;
    for (std::size_t i = 2; i < w.size(); ++i) {
        if (w[i] == "dual")
            dual = true;
        else if (w[i] == "slow")
            card.slow = true;
        else if (w[i] == "late")
            card.nature.late = true;
        else if (w[i] == "MII" || w[i] == "ethtool")
            card.nature.probes[probe_named(w[i])] = {};
        else if (w[i] == "bridged")
            card.bridged = true;
        else if (w[i] == "units")
            card.units = number(w.at(++i));
        else if (w[i] == "most-mtu")
            card.nature.most_mtu = number(w.at(++i));
        else if (w[i] == "mac")
            card.mac = mac_from(w.at(++i)).value();
        else if (w[i] == "class")
            card.class_code = number(w.at(++i), 16) << 8;
        else
            card.models.push_back(model(w[i]));
    }
    if (dual) card.models.push_back(card.models.at(0));
    return card;
}

std::pair<std::string, unsigned> port_from(const std::string& text) {
    const auto port = port_name_from(text);
    if (!port) wrong("no port: " + text);
    return {port->slot, port->subdevice};
}

std::vector<Ifindex> interfaces(Stage& stage, const std::string& port) {
    const auto [slot, subdevice] = port_from(port);
    return stage.kernel().bus().interfaces(slot, subdevice);
}

Duration duration(const std::string& text) {
    const auto value = duration_from(text);
    if (!value) wrong("no duration: " + text);
    return *value;
}

IpPrefix prefix(const std::string& text) {
    const auto value = ip_prefix_from(text);
    if (!value) wrong("no prefix: " + text);
    return *value;
}

Route route(const Words& w, std::size_t at) {
    RouteConfig config;
    config.way.blackhole = w.at(at) == "blackhole";
    if (config.way.blackhole) ++at;
    if (w.at(at) != "default") config.destination = prefix(w[at]);
    for (++at; at + 1 < w.size(); at += 2) {
        if (w[at] == "via") config.way.via = ip_address_from(w[at + 1]).value();
        else if (w[at] == "src") config.way.source = ip_address_from(w[at + 1]).value();
        else if (w[at] == "mtu") config.way.mtu = number(w[at + 1]);
        else if (w[at] == "metric") config.metric = number(w[at + 1]);
        else wrong(w[at] + "?");
    }
    return route_of(config);
}

Rule rule(const Words& w, std::size_t at) {
    return {prefix(w.at(at + 1)), number(w.at(at + 3)), number(w.at(at + 5))};
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

} // namespace had::test
