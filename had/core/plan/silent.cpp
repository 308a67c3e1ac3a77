// Removes cards that do not answer any more from the kernel.
//
// Nobody else does it: an interface whose card was torn out stays in its bond, with carrier, until the next
// boot, and the next card in that slot is refused as already inserted.
#include "had/core/policy/extraction.hpp"
#include "had/core/plan/plan.hpp"
#include "had/core/policy/slot_watch.hpp"

#include <fmt/format.h>

namespace had::core {

std::optional<RemoveCard> removal_of(const Situation& s, const PlacedSlot& slot) {
    auto kernel = s.observed.slots.find(slot.kernel);
    if (kernel == s.observed.slots.end() || !kernel->second.is_compact_pci()) return std::nullopt;
    RemoveCard remove{.slot = slot.name, .kernel = slot.kernel, .functions = {}, .insertion = slot.insertion};
    for (const PciAddress& function : slot.functions)
        if (kernel->second.holds(function)) remove.functions.push_back(function);
    return remove;
}

void plan_silent_cards(const Situation& s, Plan& plan) {
    for (const auto& [name, slot] : s.chassis.slots) {
        if (!slot.configured || !slot.controlled || slot.functions.empty()) continue;
        const bool given_away = s.orders.release_of(s.config, name) && bound_functions(s, slot).empty();
        if (!is_silent(s.observed, slot.functions.front()) || given_away) continue;
        if (auto remove = removal_of(s, slot))
            plan.actions.push_back({.operation = std::move(*remove),
                                    .reason = fmt::format("slot {}: the card does not answer", name),
                                    .object = slot_id(name)});
    }
}

} // namespace had::core
