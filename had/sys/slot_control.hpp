// The files of sysfs by which drivers let go of a card and its slot is switched: what the jobs do.
//
// Every write is one of exactly as many bytes as it has to say, and is made once: cpcihp's `attention` returns
// 1 whatever it was given (cpci_hotplug_core.c set_attention_status), and whoever writes the rest of "1\n"
// after that switches the LED off again.  A write returns when the kernel has done its work: a driver's
// removal, or the second that a PCI Express slot takes to lose its power.
#pragma once

#include "had/core/action/action.hpp"

#include <filesystem>
#include <span>
#include <string_view>

namespace had::sys {

class SlotControl {
public:
    explicit SlotControl(std::filesystem::path root = "/") : root_(std::move(root)) {}     // above sys

    // Functions by their addresses.  One that is gone, or that no driver serves (any more), is done.
    [[nodiscard]] core::ActionResult unbind(std::span<const char* const> functions) const;
    // The kernel looks for a driver among those that are loaded; that there is none is no failure.
    [[nodiscard]] core::ActionResult bind(std::span<const char* const> functions) const;
    // What is so already is done: a PCI Express slot refuses to be switched off twice.
    [[nodiscard]] core::ActionResult switch_on(std::string_view kernel_slot) const;
    // First the drivers let the functions `bound` go: the long part, and where one hangs it holds up its device
    // and not every slot of the machine, as it would below `power` (pci_lock_rescan_remove).
    // A CompactPCI slot is switched off when the kernel's thread has just gone to sleep (hotplug_thread.hpp), and
    // its card is taken out of the kernel's books before: one with a bridge of its own takes longer to go than the
    // thread sleeps.
    // Whose handle is closed then has it opened only to be pulled, and is kept from saying so (ENUM#): the core
    // would wait for that card to be let go, for which it has no means any more (cpci_unconfigure_slot,
    // ENODEV), and its thread would end when the card is out.
    [[nodiscard]] core::ActionResult switch_off(std::string_view kernel_slot,
                                                std::span<const char* const> bound) const;
    // Takes a card out of the kernel's books, whatever has become of it.  First its functions, each with its
    // driver and all that is behind it: that may take its time.  Then `0` to the slot's `power`, so that the
    // core of CompactPCI forgets the card too and takes the next one in; it says ENODEV when no card is there
    // to have its LED lit (cpci_hotplug_core.c disable_slot), and has forgotten it all the same.  Nor does it
    // light that of a card which it has not taken in itself: then it is to be `lit` here.
    [[nodiscard]] core::ActionResult remove(std::string_view kernel_slot, bool lit,
                                            std::span<const char* const> functions) const;
    // "0000:01": the kernel takes in the cards on this bus that it does not know.
    [[nodiscard]] core::ActionResult rescan(std::string_view bus) const;
    // Blinks for that long, and leaves the LED as it was.
    [[nodiscard]] core::ActionResult blink(std::string_view kernel_slot, core::Duration time) const;

private:
    [[nodiscard]] core::ActionResult take_out(std::string_view function) const;
    [[nodiscard]] core::ActionResult forget(const std::filesystem::path& power) const;
    [[nodiscard]] bool is_compact_pci(std::string_view kernel_slot) const;

    std::filesystem::path root_;
};

} // namespace had::sys
