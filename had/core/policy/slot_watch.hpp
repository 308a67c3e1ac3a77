// What a slot does not announce, and had therefore looks at.
//
// The CompactPCI core (drivers/pci/hotplug/cpci_hotplug_core.c) announces a card that comes and nothing
// else: an opened handle turns the slot's file `latch` to 0 and waits for user space; a card that is torn
// out, or dies, is not noticed at all, and its interface keeps its carrier for ever, since nobody is left
// who could take it away.  So every such card is looked at every 50 ms: at its slot's files, which cost nothing
// on the bus, and at its vendor id.  All ones is what a bus reads where nobody answers.
//
// The other controllers announce what they do, so their slots are not looked at: where there is no slot of
// the CompactPCI core, this costs no wake-up.
//
// All this is served by a thread of the kernel that can end for ever (sys/hotplug_thread.hpp).  Then that is
// an alarm, and had does its work until the machine is booted: it reads each card's wish to be taken out from
// its hot-swap register, has the buses looked through for new cards once a second, and removes those that are
// let go by themselves.
//
// A card that is silent counts as the loss of each of its ports (standing.hpp, as a doubt that is believed),
// and its transceivers are not asked any more: each question would hold the RTNL until it times out.
#pragma once

#include "had/core/world/chassis.hpp"
#include "had/core/world/observed.hpp"
#include "had/core/base/types.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace had::core {

inline constexpr Duration slot_interval = std::chrono::milliseconds(50);
inline constexpr Duration seek_interval = std::chrono::seconds(1);

// Whether there is anything to look at: at the kernel's thread at least.
bool has_silent_slots(const Observed& observed);
// Slots with a card that had has something to do with; an empty one announces the card that comes.  All of them
// where the kernel's thread has ended.
std::vector<SlotLook> slots_to_look_at(const Observed& observed, const Chassis& chassis);

// The buses on which nobody but had looks for cards, since the kernel's thread has ended: "0000:01".  Not those
// where a card that was let go, its LED lit, waits to be pulled: the kernel would take it in again.  Nor those
// with a card that another host controls, nor those where a card is just being let go.
struct Situation;
std::set<std::string> buses_to_rescan(const Situation& situation);
// Whether the card in this slot of the kernel serves, and the operator wishes to have it.
bool is_handle_open(const Observed& observed, const std::string& kernel_slot);
// Whether the function is on a card that does not answer.
bool is_silent(const Observed& observed, const PciAddress& function);

} // namespace had::core
