#include "had/draft/places.hpp"

#include "had/core/base/names.hpp"
#include "had/core/world/chassis.hpp"
#include "had/core/world/slot_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace had::draft {

using namespace core;

namespace {

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The kernel's slot of that number is had.conf's by itself, unless another one claims the number ("2" and "2-1").
bool is_slot_by_itself(const KernelSlot& slot, const Observed& observed) {
    return is_number(slot.name) && !observed.slots.contains(slot.name + "-1");
}

// The kernel's name where it is a label, or one that is near to it; "board1" for what is in no slot of the kernel's.
SlotName label_of(const KernelSlot* slot, const std::set<SlotName>& taken) {
    std::string stem = "board";
    if (slot && !wrong_label(slot->name)) {
        if (!taken.contains(slot->name)) return slot->name;
        stem = slot->name + "x";
    } else if (slot && !wrong_label("slot" + slot->name + "x9")) {
        stem = "slot" + slot->name;
        if (!taken.contains(stem)) return stem;
        stem += "x";
    }
    constexpr std::size_t room = 26;          // for a number behind it: a label has 31 characters
    if (stem.size() > room) stem = "board";
    for (unsigned n = 1;; ++n)
        if (SlotName name = fmt::format("{}{}", stem, n); !taken.contains(name) && !wrong_label(name)) return name;
}

// The slots that the file would have to name, each with its place.
class Namer {
public:
    explicit Namer(const Observed& observed) : observed_(observed) {
        for (const auto& [name, slot] : observed.slots) {
            slots_.push_back(slot);
            if (is_slot_by_itself(slot, observed)) taken_.insert(name);
        }
    }

    void name(const PciFunction& function) {
        const SlotPlace place = slot_place_of(slots_, function.chain);
        if (place.slot && is_slot_by_itself(*place.slot, observed_)) return;
        const PciPath path = location_of(place, function.chain);
        if (!seen_.insert(to_string(path)).second) return;
        SlotConfig slot;
        slot.name = label_of(place.slot, taken_);
        slot.location = path;
        taken_.insert(slot.name);
        config.slots.push_back(std::move(slot));
    }

    Config config;

private:
    const Observed& observed_;
    std::vector<KernelSlot> slots_;
    std::set<SlotName> taken_;
    std::set<std::string> seen_;
};

// What `also` had loaded is not known here: a bus driver needs a second module.
DriverEntry entry_for(const PciFunction& function) {
    DriverEntry entry;
    entry.module = function.driver;
    std::replace(entry.module.begin(), entry.module.end(), '-', '_');
    DriverClaim claim;
    claim.vendor = function.vendor;
    claim.device = function.device;
    entry.claims.push_back(claim);
    if (entry.module == "virtio_pci") entry.also.emplace_back("virtio_net");
    return entry;
}

void look_for_driver(Places& places, const DriverTable& table, const SlotName& slot, const PciFunction& function) {
    if (function.driver.empty() || !lookup(table, id_of(function)).empty()) return;
    const DriverEntry entry = entry_for(function);
    auto& missing = places.drivers[slot];
    if (std::find(missing.begin(), missing.end(), entry) == missing.end()) missing.push_back(entry);
}

} // namespace

const PortName* Places::port(const std::string& interface) const {
    const auto found = ports.find(interface);
    return found == ports.end() ? nullptr : &found->second;
}

Places places_of(const Observed& observed, const DriverTable& table) {
    Namer namer(observed);
    for (const auto& [address, seen] : observed.functions)
        if (seen.function.is_network() && !seen.function.is_virtual) namer.name(seen.function);
    Places places;
    const Chassis chassis = place(namer.config, observed);
    for (const auto& [name, port] : chassis.ports) {
        const Link* link = observed.link(port.index);
        if (!link) continue;
        places.ports.emplace(link->name, name);
        if (link->permanent && !link->permanent->is_zero()) places.names.emplace(*link->permanent, link->name);
        look_for_driver(places, table, name.slot, observed.functions.at(port.function).function);
    }
    for (SlotConfig& slot : namer.config.slots) places.slots.emplace(slot.name, slot);
    for (const auto& [index, link] : observed.links) {
        if (link.bond || places.ports.contains(link.name)) continue;
        const auto device = observed.devices.find(index);
        places.nowhere.emplace(link.name, device == observed.devices.end()
                                              ? "it belongs to no PCI card, and had.conf knows ports by their slot"
                                              : "it is a virtual function, and no port of a slot");
    }
    return places;
}

} // namespace had::draft
