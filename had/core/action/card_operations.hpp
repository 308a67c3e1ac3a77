// Drivers, slots and cards: jobs, since each can block in the kernel for seconds.
#pragma once

#include "had/core/action/operation.hpp"
#include "had/core/base/pci.hpp"

#include <vector>

namespace had::core {

struct LoadModule {                           // with its dependencies; `options` as the table has them
    std::string module, options = {};
    SlotName slot = {};                       // whose card it is for; empty: the driver of bonds, or of VLANs
    unsigned insertion = 0;                   // of the card: another card is another attempt

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "load " + slot + " " + module; }
    [[nodiscard]] Job job() const;
    [[nodiscard]] SlotName for_slot() const { return slot; }
    bool note(Owned& owned, const Observed& observed) const;
    // A module that the daemon has loaded stays its own to unload.
    bool forget(Owned&) const { return false; }
    friend bool operator==(const LoadModule&, const LoadModule&) = default;
};

struct UnloadModule {                         // done only when nothing uses it any more
    std::string module;

    [[nodiscard]] std::string text() const { return "unload module " + module; }
    [[nodiscard]] std::string key() const { return "unload " + module; }
    [[nodiscard]] Job job() const;
    [[nodiscard]] SlotName for_slot() const { return {}; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned& owned) const;
    friend bool operator==(const UnloadModule&, const UnloadModule&) = default;
};

struct UnbindDrivers {                        // the drivers of a card let these functions go
    SlotName slot;
    std::vector<PciAddress> functions;

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "unbind " + slot; }
    [[nodiscard]] Job job() const;
    [[nodiscard]] SlotName for_slot() const { return slot; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const UnbindDrivers&, const UnbindDrivers&) = default;
};

struct BindDrivers {                          // the kernel looks for drivers again
    SlotName slot;
    std::vector<PciAddress> functions;
    unsigned insertion = 0;                   // of the card, when no operator ordered it

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "bind " + slot; }
    [[nodiscard]] Job job() const;
    [[nodiscard]] SlotName for_slot() const { return slot; }
    [[nodiscard]] bool contestable() const { return insertion != 0; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const BindDrivers&, const BindDrivers&) = default;
};

struct PowerSlot {                            // the kernel then removes the card, or takes it in
    SlotName slot;
    std::string kernel;                       // its name of the slot
    bool on = false;
    std::vector<PciAddress> bound = {};       // off: unbound first; fewer of them are the same job

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "power " + slot; }
    [[nodiscard]] Job job() const;
    [[nodiscard]] SlotName for_slot() const { return slot; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const PowerSlot& a, const PowerSlot& b) {
        return a.slot == b.slot && a.kernel == b.kernel && a.on == b.on;
    }
};

struct IdentifySlot {                         // its LED blinks for a while
    SlotName slot;
    std::string kernel;

    [[nodiscard]] std::string text() const { return "blink the LED of slot " + slot; }
    [[nodiscard]] std::string key() const { return "identify " + slot; }
    [[nodiscard]] Job job() const;
    [[nodiscard]] SlotName for_slot() const { return slot; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const IdentifySlot&, const IdentifySlot&) = default;
};

struct RemoveCard {                           // from the kernel, whatever has become of the card
    SlotName slot;
    std::string kernel;                       // its name of the slot
    std::vector<PciAddress> functions;        // at the slot itself; what is behind them goes with them
    unsigned insertion = 0;
    bool led = false;                         // the blue LED is the daemon's to light

    [[nodiscard]] std::string text() const { return "remove the card of slot " + slot; }
    [[nodiscard]] std::string key() const { return "remove " + slot; }
    [[nodiscard]] Job job() const;
    [[nodiscard]] SlotName for_slot() const { return slot; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const RemoveCard&, const RemoveCard&) = default;
};

struct RescanBus {                            // the kernel looks for cards that nobody has announced
    std::string bus;                          // "0000:01"

    [[nodiscard]] std::string text() const { return "look for cards on bus " + bus; }
    [[nodiscard]] std::string key() const { return "rescan " + bus; }
    [[nodiscard]] Job job() const;
    [[nodiscard]] SlotName for_slot() const { return {}; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const RescanBus&, const RescanBus&) = default;
};

} // namespace had::core
