#include "had/core/policy/slot_watch.hpp"

#include "had/core/policy/extraction.hpp"
#include "had/core/policy/situation.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

bool is_ours(const Chassis& chassis, const PciAddress& function) {
    return std::any_of(chassis.slots.begin(), chassis.slots.end(), [&](const auto& entry) {
        const PlacedSlot& slot = entry.second;
        return slot.configured && slot.controlled &&
               std::find(slot.functions.begin(), slot.functions.end(), function) != slot.functions.end();
    });
}

} // namespace

bool has_silent_slots(const Observed& observed) {
    return std::any_of(observed.slots.begin(), observed.slots.end(),
                       [](const auto& entry) { return entry.second.is_compact_pci(); });
}

std::vector<SlotLook> slots_to_look_at(const Observed& observed, const Chassis& chassis) {
    std::vector<SlotLook> looks;
    for (const auto& [name, slot] : observed.slots) {
        if (!slot.is_compact_pci()) continue;
        SlotLook look{name, std::nullopt, observed.hotplug_thread_ended};
        // The first of its functions; of a card with a bridge of its own that is the bridge.
        const auto at = observed.functions.lower_bound({slot.domain, slot.bus, slot.device, 0});
        if (at != observed.functions.end() && slot.holds(at->first) && is_ours(chassis, at->first))
            look.function = at->first;
        if (look.function || look.unattended) looks.push_back(std::move(look));
    }
    return looks;
}

std::set<std::string> buses_to_rescan(const Situation& s) {
    std::set<std::string> buses, barred;
    const auto bus_of = [](unsigned domain, unsigned bus) { return fmt::format("{:04x}:{:02x}", domain, bus); };
    for (const auto& [name, slot] : s.observed.slots) {
        if (!slot.is_compact_pci()) continue;
        buses.insert(bus_of(slot.domain, slot.bus));
        auto at = s.observed.slot_states.find(name);
        if (at != s.observed.slot_states.end() && at->second.lit) barred.insert(bus_of(slot.domain, slot.bus));
    }
    for (const auto& [name, slot] : s.chassis.slots) {
        const auto leaving = leaving_of(s, name);
        const auto kernel = s.observed.slots.find(slot.kernel);
        if (leaving && !leaving->out && kernel != s.observed.slots.end())
            barred.insert(bus_of(kernel->second.domain, kernel->second.bus));
        if (!slot.controlled)
            for (const PciAddress& a : slot.functions) barred.insert(bus_of(a.domain, a.bus));
    }
    for (const std::string& bus : barred) buses.erase(bus);
    return buses;
}

bool is_handle_open(const Observed& observed, const std::string& kernel_slot) {
    auto state = observed.slot_states.find(kernel_slot);
    return state != observed.slot_states.end() && state->second.handle_open();
}

bool is_silent(const Observed& observed, const PciAddress& function) {
    auto seen = observed.functions.find(function);
    if (seen == observed.functions.end()) return false;
    return std::any_of(observed.slot_states.begin(), observed.slot_states.end(), [&](const auto& entry) {
        auto slot = observed.slots.find(entry.first);
        const auto& chain = seen->second.function.chain;
        return entry.second.silent && slot != observed.slots.end() &&
               std::any_of(chain.begin(), chain.end(),
                           [&](const PciAddress& a) { return slot->second.holds(a); });
    });
}

} // namespace had::core
