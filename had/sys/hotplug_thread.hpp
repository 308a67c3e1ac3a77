// The thread of the kernel's CompactPCI core, which hears handles: cpci_hp_polld, or cpci_hp_eventd where
// ENUM# is an interrupt.
//
// While a handle is open the thread looks every 500 ms whether user space has let the card go.  It ends for ever
// when it finds neither a card that came nor one that is to go (cpci_hotplug_core.c check_slots, "cannot find
// ENUM# source, shutting down").  That is what it finds when it wakes while `power` is at work: it has tested that
// an extraction is under way, waits for the slots' lock, and then nothing is left to do.  So `power` is written
// right after the thread went to sleep: then there are 500 ms for what takes a few.
#pragma once

#include "had/core/base/types.hpp"
#include "had/sys/fd.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace had::sys {

class HotplugThread {
public:
    explicit HotplugThread(std::filesystem::path root = "/") : root_(std::move(root)) {}     // above proc

    // One read of a file that is kept open.  A thread that is not there is looked for every five seconds.
    bool runs();
    // Waits until the thread has gone to sleep, or there is none, or it has done nothing for that long.
    void await_sleep(core::Duration limit);

private:
    void find();
    [[nodiscard]] std::optional<std::string> sleeps() const;

    std::filesystem::path root_;
    std::string pid_;
    UniqueFd comm_;
    std::optional<core::TimePoint> sought_;
};

} // namespace had::sys
