// Where a function's slot is, in the words of had.conf: what `pcidb scan` shows, and what a draft writes.
#pragma once

#include "had/core/base/pci.hpp"
#include "had/core/base/types.hpp"

#include <cstddef>
#include <vector>

namespace had::core {

// The slot that a function is in, and the chain's index of the device in that slot.  Of several slots the innermost;
// but one that can be powered comes before one that only labels a place (no hot plug).
struct SlotPlace {
    const KernelSlot* slot = nullptr;         // null: none
    std::size_t depth = 0;
};
SlotPlace slot_place_of(const std::vector<KernelSlot>& slots, const std::vector<PciAddress>& chain);

// The path of the device in the slot, whatever its function: `location = path ...`.
PciPath location_of(const SlotPlace& place, const std::vector<PciAddress>& chain);

} // namespace had::core
