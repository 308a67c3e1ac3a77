// Slots: what they are called, and where they are.
#include "had/core/config/check.hpp"

#include "had/core/base/names.hpp"

#include <fmt/format.h>

#include <map>

namespace had::core {

namespace {

// Where the file first speaks of a slot.
Line line_of_slot(const Parsing& parsing, const SlotName& name) {
    const auto& devices = parsing.config.devices;
    const auto line = std::ranges::lower_bound(devices, name, SlotLess{}, &DeviceLine::slot);
    if (line != devices.end() && line->slot == name) return line->line;
    if (const SlotConfig* slot = named(parsing.index.slots, name)) return slot->line;
    const std::string domain = fmt::format("domain {}", parsing.index.domains.at(name));
    return parsing.line_of(domain, "slots", 0);
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
        Notes{parsing.diagnostics, "slot " + names[i - 1]}.warning(
            line_of_slot(parsing, names[i - 1]), "is another slot than '{}' of {}", names[i],
            line_of_slot(parsing, names[i]));
    }
}

bool is_number(std::string_view name) { return name.find_first_not_of("0123456789") == std::string_view::npos; }

// A label that only [devices] has, and that is no number, must be the kernel's name of a slot, which few are.
bool is_explained(const Parsing& parsing, std::string_view name) {
    return is_number(name) || parsing.index.slots.contains(name) || parsing.index.domains.contains(name);
}

void check_label(Parsing& parsing, const SlotName& name) {
    const Notes notes{parsing.diagnostics, "slot " + name};
    if (is_misnamed(parsing, name)) {
        notes.error(line_of_slot(parsing, name), "'{}' is an interface's name, and a slot is meant: `pcidb scan` shows "
                                                 "in which one its card is", name);
    } else if (!is_explained(parsing, name)) {
        std::string hint = suggest_slot(parsing, name);
        if (hint.empty() && parsing.index.roles.contains(name)) hint = fmt::format(", write 'SLOT = {}'", name);
        notes.warning(line_of_slot(parsing, name), "no [slot {}] says where it is, so the kernel must have a slot of "
                                                   "that name{}", name, hint);
    }
}

void check_labels(Parsing& parsing) {
    for (const std::string_view name : parsing.index.slot_names) check_label(parsing, SlotName(name));
}

// One way to write what can be compared: a device on a root bus is the same by its path and by its address.
std::optional<PciPath> as_path(const Location& location) {
    if (const auto* path = std::get_if<PciPath>(&location)) return *path;
    const auto* device = std::get_if<PciDevice>(&location);
    if (device == nullptr) return std::nullopt;
    return PciPath{device->domain, device->bus, {PathStep{device->device, std::nullopt}}};
}

// Steps that leave the function open are those of every function.
std::string key_of(const Location& location) {
    auto path = as_path(location);
    if (!path) return to_string(location);
    for (PathStep& step : path->steps) step.function.reset();
    return to_string(*path);
}

bool overlap(const Location& a, const Location& b) {
    const auto one = as_path(a), other = as_path(b);
    if (!one || !other) return a == b;
    for (std::size_t i = 0; i < one->steps.size(); ++i) {         // of one key: of one length
        const auto &f = one->steps[i].function, &g = other->steps[i].function;
        if (f && g && *f != *g) return false;
    }
    return true;
}

// A slot without a location is where the kernel has one of its name.
void check_kernel_name(Parsing& parsing, const SlotConfig& slot) {
    const auto* kernel = std::get_if<KernelSlotName>(&slot.location);
    if (kernel == nullptr || kernel->name == slot.name || !parsing.index.slot_names.contains(kernel->name)) return;
    const SlotConfig* other = named(parsing.index.slots, kernel->name);
    if (other != nullptr && other->location != Location{}) return;
    const std::string section = "slot " + slot.name;
    const Notes notes{parsing.diagnostics, section};
    const Line line = parsing.line_of(section, "location", slot.line);
    const bool meant = other != nullptr || !parsing.config.lines_of(kernel->name).empty();
    const std::string text =
        fmt::format("'kernel {0}' is also the place of slot {0}, which has no location", kernel->name);
    if (meant) notes.error(line, text);
    else notes.warning(line, text);
}

void check_places(Parsing& parsing) {
    std::map<std::string, std::vector<const SlotConfig*>> seen;      // by location
    for (const SlotConfig& slot : parsing.config.slots) {
        if (slot.location == Location{}) continue;
        check_kernel_name(parsing, slot);
        auto& same = seen[key_of(slot.location)];
        const auto at = std::find_if(same.begin(), same.end(), [&](const SlotConfig* other) {
            return overlap(slot.location, other->location);
        });
        if (at == same.end()) {
            same.push_back(&slot);
            continue;
        }
        const std::string section = "slot " + slot.name, text = to_string(slot.location);
        const std::string other = to_string((*at)->location);
        Notes{parsing.diagnostics, section}.error(parsing.line_of(section, "location", slot.line),
                                                  "'{}' is also the location of slot {}{}", text, (*at)->name,
                                                  text == other ? "" : fmt::format(", '{}'", other));
    }
}

} // namespace

bool is_misnamed(const Parsing& parsing, std::string_view name) {
    const SlotConfig* slot = named(parsing.index.slots, name);
    return looks_like_interface(name) && (slot == nullptr || slot->location == Location{});
}

std::string suggest_slot(const Parsing& parsing, std::string_view word) {
    if (is_full(parsing.diagnostics)) return {};
    std::vector<std::string_view> names;
    for (const auto& [name, slot] : parsing.index.slots) names.push_back(name);
    for (const auto& [name, domain] : parsing.index.domains)
        if (!parsing.index.slots.contains(name)) names.push_back(name);
    return did_you_mean(word, names);
}

void check_slots(Parsing& parsing) {
    check_spelling(parsing);
    check_labels(parsing);
    check_places(parsing);
}

} // namespace had::core
