#include "had/core/world/slot_place.hpp"

namespace had::core {

SlotPlace slot_place_of(const std::vector<KernelSlot>& slots, const std::vector<PciAddress>& chain) {
    for (const bool hot_plug : {true, false})
        for (std::size_t depth = chain.size(); depth-- > 0;)
            for (const KernelSlot& slot : slots)
                if (slot.can_power == hot_plug && slot.holds(chain[depth])) return {&slot, depth};
    return {nullptr, chain.size() - 1};
}

PciPath location_of(const SlotPlace& place, const std::vector<PciAddress>& chain) {
    const auto end = chain.begin() + static_cast<std::ptrdiff_t>(place.depth) + 1;
    PciPath path = path_of({chain.begin(), end});
    path.steps.back().function.reset();
    if (place.slot && place.slot->whole_bus) path.steps.back().device = place.slot->device;
    return path;
}

} // namespace had::core
