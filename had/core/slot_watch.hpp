// What a slot does not announce, and had therefore looks at.
//
// The CompactPCI core (drivers/pci/hotplug/cpci_hotplug_core.c) announces a card that comes and nothing
// else: an opened handle turns the slot's file `latch` to 0 and waits for user space; a card that is torn
// out, or dies, is not noticed at all, and its interface keeps its carrier for ever, since nobody is left
// who could take it away.  So every slot of that core is looked at every 50 ms: its files, which cost
// nothing on the bus, and the vendor id of the card that had has something to do with.  All ones is what a
// bus reads where nobody answers.
//
// The other controllers announce what they do, so their slots are not looked at: where there is no slot of
// the CompactPCI core, this costs no wake-up.
//
// A card that is silent counts as the loss of each of its ports (standing.hpp, as a doubt that is believed),
// and its transceivers are not asked any more: each question would hold the RTNL until it times out.
#pragma once

#include "had/core/chassis.hpp"
#include "had/core/observed.hpp"
#include "had/core/types.hpp"

#include <optional>
#include <string>
#include <vector>

namespace had::core {

inline constexpr Duration slot_interval = std::chrono::milliseconds(50);

// Empty where no controller keeps silent.  Of slots that another host controls, or that had.conf does not
// name, the files are read and the card is left alone.
std::vector<SlotLook> slots_to_look_at(const Observed& observed, const Chassis& chassis);

// Whether the function is on a card that does not answer.
bool is_silent(const Observed& observed, const PciAddress& function);

} // namespace had::core
