#include "pcidb/gather.hpp"

#include "had/core/base/number.hpp"
#include "had/core/world/slot_place.hpp"
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace had::pcidb {

namespace {

// A number that no card has: an id that was not given matches no claim that names one.
constexpr std::uint16_t no_id = 0xffff;
constexpr std::uint32_t ethernet = 0x020000;

std::optional<std::uint16_t> four_digits(std::string_view text) { return core::hex_digits<std::uint16_t>(text, 4); }

std::vector<Candidate> candidates_for(const core::DriverTable& table, const core::CardId& id) {
    std::vector<Candidate> candidates;
    for (const auto& [entry, claim] : core::lookup(table, id))
        candidates.push_back({entry->module, core::to_string(*claim), claim->line, entry->options,
                              entry->also, core::specificity(*claim)});
    return candidates;
}

// Claims that would count if the subsystem were known, and would change the answer.
std::vector<std::string> narrower_claims(const core::DriverTable& table, const CardReport& card) {
    const core::CardId& id = card.id;
    const std::string first = card.candidates.empty() ? "" : card.candidates[0].module;
    std::vector<std::string> found;
    for (const core::DriverEntry& entry : table.entries) {
        if (entry.module == first) continue;
        for (const core::DriverClaim& claim : entry.claims)
            if (claim.vendor == id.vendor && claim.device == id.device &&
                (claim.subvendor || claim.subdevice))
                found.push_back(fmt::format("{}, {}", entry.module, core::to_string(claim)));
    }
    return found;
}

} // namespace

namespace {

// Takes "v00008086", with that many digits, from the front of the rest; "*" gives nothing.  False: it begins otherwise.
bool take_part(std::string_view& rest, std::string_view letters, std::size_t digits, std::optional<unsigned>& number) {
    if (!rest.starts_with(letters)) return false;
    rest.remove_prefix(letters.size());
    if (rest.starts_with("*")) return rest.remove_prefix(1), true;
    unsigned value = 0;
    const std::string_view text = rest.substr(0, digits);
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value, 16);
    if (text.size() != digits || error != std::errc() || end != text.end()) return false;
    rest.remove_prefix(digits);
    number = value;
    return true;
}

// "pci:v00008086d0000100Esv00001AF4sd00001100bc02sc00i00", as uevents and modinfo(8) have it.
std::optional<AskedId> modalias_from(std::string_view text) {
    std::optional<unsigned> vendor, device, subvendor, subdevice, base, sub, interface;
    if (!text.starts_with("pci:")) return std::nullopt;
    text.remove_prefix(4);
    const bool whole = take_part(text, "v", 8, vendor) && take_part(text, "d", 8, device) &&
                       take_part(text, "sv", 8, subvendor) && take_part(text, "sd", 8, subdevice) &&
                       take_part(text, "bc", 2, base) && take_part(text, "sc", 2, sub) &&
                       take_part(text, "i", 2, interface) && text.empty();
    if (!whole || !vendor || !device || *vendor > 0xffff || *device > 0xffff) return std::nullopt;
    const bool known = subvendor && subdevice;
    const auto id = [](std::optional<unsigned> value) { return static_cast<std::uint16_t>(value.value_or(no_id)); };
    const std::uint32_t code = base && sub ? *base << 16 | *sub << 8 | interface.value_or(0) : ethernet;
    return AskedId{{id(vendor), id(device), known ? id(subvendor) : no_id, known ? id(subdevice) : no_id, code}, known};
}

} // namespace

std::optional<AskedId> asked_id_from(std::string_view text) {
    if (auto asked = modalias_from(text)) return asked;
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);     // lspci -nn
    std::vector<std::uint16_t> fields;
    for (std::string_view rest = text;;) {
        const auto colon = rest.find(':');
        const auto field = four_digits(rest.substr(0, colon));
        if (!field) return std::nullopt;
        fields.push_back(*field);
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 1);
    }
    if (fields.size() == 2) return AskedId{{fields[0], fields[1], no_id, no_id, ethernet}, false};
    if (fields.size() == 4)
        return AskedId{{fields[0], fields[1], fields[2], fields[3], ethernet}, true};
    return std::nullopt;
}

Inventory::Inventory(const sys::PciScan& machine, const core::DriverTable& table,
                     const PciNames& names)
    : functions_(machine.functions()), slots_(machine.slots()), interfaces_(machine.interfaces()),
      table_(table), names_(names) {}

CardReport Inventory::report(const core::CardId& id) const {
    CardReport card;
    card.id = id;
    card.name = names_.card(id.vendor, id.device);
    card.candidates = candidates_for(table_, id);
    return card;
}

CardReport Inventory::asked(const AskedId& asked) const {
    CardReport card = report(asked.id);
    card.subsystem_known = asked.subsystem_known;
    if (!asked.subsystem_known) card.narrower = narrower_claims(table_, card);
    return card;
}

Presence Inventory::presence(const core::PciFunction& function) const {
    const core::SlotPlace place = core::slot_place_of(slots_, function.chain);
    Presence here;
    here.address = function.address();
    if (place.slot) {
        here.slot = place.slot->name;
        here.controller = place.slot->controller;
        here.hot_plug = place.slot->can_power;
    }
    here.location = "path " + core::to_string(core::location_of(place, function.chain));
    here.path =
        core::relative_path(function.chain, place.depth, place.slot && place.slot->whole_bus);
    here.driver = function.driver;
    here.is_virtual = function.is_virtual;
    std::vector<std::pair<unsigned, std::string>> ports;
    for (const auto& [name, device] : interfaces_)
        if (device.function == function.address()) ports.emplace_back(device.dev_port, name);
    std::sort(ports.begin(), ports.end());
    for (auto& [port, name] : ports)
        here.interfaces.push_back(std::move(name));
    return here;
}

CardReport Inventory::report(const core::PciFunction& function) const {
    CardReport card = report(core::id_of(function));
    card.presence = presence(function);
    return card;
}

std::optional<CardReport> Inventory::function(const core::PciAddress& address) const {
    for (const core::PciFunction& function : functions_)
        if (function.address() == address) return report(function);
    return std::nullopt;
}

std::vector<CardReport> Inventory::network_functions() const {
    std::vector<CardReport> cards;
    for (const core::PciFunction& function : functions_)
        if (function.is_network()) cards.push_back(report(function));
    return cards;
}

bool Inventory::has_slot(std::string_view name) const {
    return std::any_of(slots_.begin(), slots_.end(),
                       [&](const core::KernelSlot& s) { return s.name == name; });
}

std::string Inventory::slot_names() const {
    std::vector<std::string> names;
    for (const core::KernelSlot& slot : slots_)
        names.push_back(slot.name);
    std::sort(names.begin(), names.end(), core::SlotLess{});
    return fmt::format("{}", fmt::join(names, " "));
}

std::vector<CardReport> Inventory::in_slot(std::string_view name) const {
    std::vector<CardReport> cards = network_functions();
    std::erase_if(cards, [&](const CardReport& card) { return card.presence->slot != name; });
    return cards;
}

std::vector<ListedModule> listed(const core::DriverTable& table, const PciNames& names) {
    std::vector<ListedModule> modules;
    for (const core::DriverEntry& entry : table.entries) {
        ListedModule module{&entry, {}};
        for (const core::DriverClaim& claim : entry.claims) {
            std::string name;
            if (claim.device_class)
                name = names.device_class(*claim.device_class);
            else if (claim.vendor && claim.device)
                name = names.card(*claim.vendor, *claim.device);
            else if (claim.vendor)
                name = names.vendor(*claim.vendor);
            module.claims.push_back({claim, std::move(name)});
        }
        modules.push_back(std::move(module));
    }
    return modules;
}

core::Diagnostics missing_modules(const core::DriverTable& table, const KernelModules& modules,
                                  std::string_view kernel) {
    core::Diagnostics found;
    const auto demand = [&](const core::DriverEntry& entry, std::string_view module) {
        if (modules.has(module)) return;
        found.push_back(
            {core::Severity::warning, entry.line, entry.module,
             fmt::format("the running kernel, {}, has no module '{}'", kernel, module)});
    };
    for (const core::DriverEntry& entry : table.entries) {
        demand(entry, entry.module);
        for (const std::string& other : entry.also)
            demand(entry, other);
    }
    return found;
}

} // namespace had::pcidb
