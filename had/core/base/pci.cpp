#include "had/core/base/pci.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace had::core {

namespace {

constexpr std::uint32_t max_device = 0x1f, max_function = 7;

std::optional<std::uint32_t> hex(std::string_view text, std::size_t digits, std::uint32_t limit) {
    const auto value = hex_digits<std::uint32_t>(text, digits);
    return value && *value <= limit ? value : std::nullopt;
}

std::optional<PathStep> step_from(std::string_view text) {
    const bool has_function = text.find('.') != std::string_view::npos;
    const auto device = hex(take_until(text, '.'), 2, max_device);
    if (!device) return std::nullopt;
    PathStep step{static_cast<std::uint8_t>(*device), std::nullopt};
    if (has_function) {
        const auto function = hex(text, 1, max_function);
        if (!function) return std::nullopt;
        step.function = static_cast<std::uint8_t>(*function);
    }
    return step;
}

// Each step below the last may leave its function out only where `open_end` allows it: a bridge is
// always one function, and a path through "any" of several would lead to several places.
std::optional<std::vector<PathStep>> steps_from(std::string_view text, bool open_end) {
    if (text.empty() || text.back() == '/') return std::nullopt;
    std::vector<PathStep> steps;
    while (!text.empty()) {
        const auto step = step_from(take_until(text, '/'));
        if (!step) return std::nullopt;
        const bool last = text.empty();
        if (!step->function && !(last && open_end)) return std::nullopt;
        steps.push_back(*step);
    }
    return steps;
}

std::string to_string(const PathStep& step) {
    if (!step.function) return fmt::format("{:02x}", step.device);
    return fmt::format("{:02x}.{:x}", step.device, *step.function);
}

} // namespace

std::string to_pci_id(std::uint16_t vendor, std::uint16_t device) {
    return fmt::format("{:04x}:{:04x}", vendor, device);
}

std::vector<PciAddress> chain_from(std::string_view sysfs_path) {
    std::vector<PciAddress> chain;
    while (!sysfs_path.empty()) {
        const std::string_view component = take_until(sysfs_path, '/');
        // sysfs always spells the domain; "1-1:1.0" is a USB interface.
        if (std::count(component.begin(), component.end(), ':') != 2) continue;
        if (const auto address = pci_address_from(component)) chain.push_back(*address);
    }
    return chain;
}

std::string to_string(const PciPath& path) {
    std::string text = fmt::format("{:04x}:{:02x}", path.domain, path.root_bus);
    char joint = ':';
    for (const PathStep& step : path.steps) {
        text += joint + to_string(step);
        joint = '/';
    }
    return text;
}

std::optional<PciPath> pci_path_from(std::string_view text) {
    const std::string_view root = text.substr(0, text.find('/'));
    const auto colons = std::count(root.begin(), root.end(), ':');
    PciPath path;
    if (colons == 2) {
        // Four digits as a rule; bridges that make a domain of their own (VMD) count from 10000.
        const std::string_view domain = take_until(text, ':');
        const auto number = domain.size() < 4 ? std::nullopt : hex(domain, domain.size(), ~0U);
        if (!number) return std::nullopt;
        path.domain = *number;
    } else if (colons != 1) {
        return std::nullopt;
    }
    const auto bus = hex(take_until(text, ':'), 2, 0xff);
    auto steps = steps_from(text, true);
    if (!bus || !steps) return std::nullopt;
    path.root_bus = static_cast<std::uint8_t>(*bus);
    path.steps = std::move(*steps);
    return path;
}

PciPath path_of(const std::vector<PciAddress>& chain) {
    PciPath path;
    if (chain.empty()) return path;
    path.domain = chain.front().domain;
    path.root_bus = chain.front().bus;
    for (const PciAddress& address : chain)
        path.steps.push_back({address.device, address.function});
    return path;
}

std::string relative_path(const std::vector<PciAddress>& chain, std::size_t depth, bool whole_bus) {
    std::string text;
    for (std::size_t i = depth; i < chain.size(); ++i) {
        const bool own = i == depth && !whole_bus;
        const auto device = own ? std::uint8_t{0} : chain[i].device;
        if (i != depth) text += '/';
        text += to_string(PathStep{device, chain[i].function});
    }
    return text;
}

bool is_relative_path(std::string_view text) {
    return steps_from(text, false).has_value();
}

} // namespace had::core
