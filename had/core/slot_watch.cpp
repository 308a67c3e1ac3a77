#include "had/core/slot_watch.hpp"

#include <algorithm>

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

std::vector<SlotLook> slots_to_look_at(const Observed& observed, const Chassis& chassis) {
    std::vector<SlotLook> looks;
    for (const auto& [name, slot] : observed.slots) {
        if (!slot.is_compact_pci()) continue;
        SlotLook look{name, std::nullopt};
        // The first of its functions; of a card with a bridge of its own that is the bridge.
        const auto at = observed.functions.lower_bound({slot.domain, slot.bus, slot.device, 0});
        if (at != observed.functions.end() && slot.holds(at->first) && is_ours(chassis, at->first))
            look.function = at->first;
        looks.push_back(std::move(look));
    }
    return looks;
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
