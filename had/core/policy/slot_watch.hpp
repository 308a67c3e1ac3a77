// What a slot does not announce, so that the daemon must look.
//
// The CompactPCI core (drivers/pci/hotplug/cpci_hotplug_core.c) announces only a card that comes.  An opened handle
// turns the slot's file `latch` to 0 and waits for user space.  A card that is torn out, or dies, is not noticed at
// all, and its interface keeps its carrier for ever, since no driver is left to take it away.  So every such card is
// looked at every 50 ms: at its slot's files, which cost nothing on the bus, and at its vendor id.  Where no card
// answers, a bus reads all ones.
//
// The other controllers announce everything, so their slots are not looked at.  Where there is no slot of the
// CompactPCI core, this costs no wake-up.
//
// All this depends on a thread of the kernel that can end for ever (sys/hotplug_thread.hpp).  Then there is an alarm,
// and the daemon does the thread's work until the next boot: it reads from each card's hot-swap register whether the
// card is to be let go, has the buses searched for new cards once a second, and itself removes cards that are let go.
//
// A card that is silent counts as the loss of each of its ports (standing.hpp, as a doubt that is believed).  Its
// transceivers are not read any more: each reading would hold the RTNL until it times out.
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

// Whether there is anything to look at, if only the kernel's thread.
bool has_silent_slots(const Observed& observed);
// Slots with a card that concerns the daemon; an empty slot announces the card that comes.  All slots where the
// kernel's thread has ended.
std::vector<SlotLook> slots_to_look_at(const Observed& observed, const Chassis& chassis);

// The buses on which only the daemon looks for cards, since the kernel's thread has ended: "0000:01".  Without those
// where a card that was let go, its LED lit, waits to be pulled: the kernel would take it in again.  And without
// those with a card that another host controls, or that is just being let go.
struct Situation;
std::set<std::string> buses_to_rescan(const Situation& situation);
// Whether the card in this slot of the kernel serves, and its handle was opened to have it let go.
bool is_handle_open(const Observed& observed, const std::string& kernel_slot);
// Whether the function is on a card that does not answer.
bool is_silent(const Observed& observed, const PciAddress& function);

} // namespace had::core
