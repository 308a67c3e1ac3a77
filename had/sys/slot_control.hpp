// The files of sysfs by which drivers let go of a card and its slot is switched: what the jobs do.
//
// Every write has exactly the bytes of the value, and is made once: cpcihp's `attention` returns 1 whatever it
// was given (cpci_hotplug_core.c set_attention_status), and a second write for the rest of "1\n" switches the LED
// off again.  A write returns when the kernel has done its work: a driver's removal, or the second that a PCI
// Express slot takes to lose its power.
#pragma once

#include "had/core/action/action.hpp"

#include <filesystem>
#include <span>
#include <string_view>

namespace had::sys {

class SlotControl {
public:
    explicit SlotControl(std::filesystem::path root = "/") : root_(std::move(root)) {}     // above sys

    // Functions by their addresses.  A function that is gone, or has no driver (any more), counts as done.
    [[nodiscard]] core::ActionResult unbind(std::span<const char* const> functions) const;
    // The kernel looks for a driver among those that are loaded.  To find none is no failure.
    [[nodiscard]] core::ActionResult bind(std::span<const char* const> functions) const;
    // A slot that is so already counts as done: a PCI Express slot refuses to be switched off twice.
    [[nodiscard]] core::ActionResult switch_on(std::string_view kernel_slot) const;
    // First the functions `bound` are unbound.  That is the long part; a driver that hangs in it holds up its own
    // device only, and not every slot of the machine as it would below `power` (pci_lock_rescan_remove).
    // A CompactPCI slot is switched off when the kernel's thread has just gone to sleep (hotplug_thread.hpp).  Its
    // card is removed from the kernel before: one with a bridge of its own takes longer than the thread sleeps.
    // When its handle is closed at that time, a later opening is masked (ENUM#), since it can only mean that the
    // card is pulled.  Else the core would wait for that card to be let go, for which it has no means any more
    // (cpci_unconfigure_slot, ENODEV), and its thread would end when the card is out.
    [[nodiscard]] core::ActionResult switch_off(std::string_view kernel_slot,
                                                std::span<const char* const> bound) const;
    // Removes a card from the kernel, whatever has become of it.  First its functions, each with its driver and
    // all that is behind it, which may take long.  Then `0` is written to the slot's `power`, so that the core of
    // CompactPCI forgets the card too and takes in the next one.  It answers ENODEV when there is no card whose LED
    // could be lit (cpci_hotplug_core.c disable_slot), and has forgotten the card nevertheless.  It does not light
    // the LED of a card that it has not taken in itself: then `lit` does it here.
    [[nodiscard]] core::ActionResult remove(std::string_view kernel_slot, bool lit,
                                            std::span<const char* const> functions) const;
    // `bus` is "0000:01": the kernel takes in the cards on it that it does not know yet.
    [[nodiscard]] core::ActionResult rescan(std::string_view bus) const;
    // Blinks for the given time, then leaves the LED as it was.
    [[nodiscard]] core::ActionResult blink(std::string_view kernel_slot, core::Duration time) const;

private:
    [[nodiscard]] core::ActionResult take_out(std::string_view function) const;
    [[nodiscard]] core::ActionResult forget(const std::filesystem::path& power) const;
    [[nodiscard]] bool is_compact_pci(std::string_view kernel_slot) const;

    std::filesystem::path root_;
};

} // namespace had::sys
