// The PCI side of the world: functions, the kernel's slots, and the places that name them.
//
// A card is known by its place, which is the chain of PCI functions above it: root port, bridges, the card's own
// bridge, the function.  Bus numbers are assigned anew whenever a bridge is rescanned, so the chain is kept as
// (device, function) at each step below the root bus.
#pragma once

#include "had/core/base/types.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// One PCI function as the bus shows it (uevent or /sys/bus/pci/devices), driver bound or not.
struct PciFunction {
    std::vector<PciAddress> chain;            // from the root bus down to the function itself; never empty
    std::uint16_t vendor = 0, device = 0;
    std::uint16_t subvendor = 0, subdevice = 0;
    std::uint32_t class_code = 0;             // 24 bit: 0x020000 is an Ethernet controller
    std::string driver;                       // empty: none bound
    bool is_virtual = false;                  // an SR-IOV virtual function: not a port of a slot
    bool probing = false;                     // its driver's probe still runs: `bind` is yet to come

    [[nodiscard]] const PciAddress& address() const { return chain.back(); }
    [[nodiscard]] bool is_network() const { return class_code >> 16 == 0x02; }
    friend bool operator==(const PciFunction&, const PciFunction&) = default;
};

// The chain in a path of sysfs, whatever is between and behind the functions:
// "/devices/pci0000:00/0000:00:1c.0/0000:01:04.0/virtio2/net/eth0".
std::vector<PciAddress> chain_from(std::string_view sysfs_path);

// Which PCI function a network interface belongs to: found by walking up sysfs, since a virtio
// interface's parent is a virtio device and only its grandparent is the PCI function.
struct NetDevice {
    Ifindex link = 0;
    PciAddress function;
    unsigned dev_port = 0;                    // which port of the function, /sys/class/net/*/dev_port
    bool settled = true;                      // udevd has finished with it (or no udevd runs)

    friend bool operator==(const NetDevice&, const NetDevice&) = default;
};

// A directory of /sys/bus/pci/slots.  `name` is the kernel's and unstable ("2-1" beside "2").
struct KernelSlot {
    std::string name;
    std::uint32_t domain = 0;
    std::uint8_t bus = 0;
    std::uint8_t device = 0;
    std::string controller;                   // the module link: pciehp, shpchp, acpiphp, pci_hotplug
    bool whole_bus = false;                   // pciehp: the slot is the bus, whatever the device number
    bool can_power = false;                   // has a `power` file; without one no card can come or go here
    bool can_blink = false;                   // has an LED that may be switched at any moment

    // The core of CompactPCI is built in, and its slots name the module that it would be in.
    [[nodiscard]] bool is_compact_pci() const { return controller == "pci_hotplug"; }
    [[nodiscard]] bool holds(const PciAddress& at) const {
        return at.domain == domain && at.bus == bus && (whole_bus || at.device == device);
    }
    friend bool operator==(const KernelSlot&, const KernelSlot&) = default;
};

// What to read in a slot that announces nothing (slot_watch.hpp), and what was read.
struct SlotLook {
    std::string slot;                         // the kernel's name
    std::optional<PciAddress> function;       // whose configuration space is read; nothing: none
    bool unattended = false;                  // the kernel's thread has ended: also read what it would read

    friend bool operator==(const SlotLook&, const SlotLook&) = default;
};
struct SlotState {
    bool latched = false;                     // `latch`: of CompactPCI 1 is a closed handle
    bool adapter = false;                     // the kernel has taken a card in, and has not let it go
    bool silent = false;                      // its configuration space reads all ones
    bool asks = false;                        // unattended: its extraction bit is set
    bool lit = false;                         // unattended: its blue LED

    // The card serves, and its handle was opened to have it let go: only user space acts on that.
    [[nodiscard]] bool handle_open() const { return asks || (adapter && !latched); }
    friend bool operator==(const SlotState&, const SlotState&) = default;
};

// "8086:100e"
std::string to_pci_id(std::uint16_t vendor, std::uint16_t device);

// `[slot N] location = path 0000:00:1c.0/0c`: a root-bus address, then device[.function] at each bridge.
// The last step may leave its function out: any function of that device.
struct PathStep {
    std::uint8_t device = 0;
    std::optional<std::uint8_t> function;

    friend bool operator==(const PathStep&, const PathStep&) = default;
};
struct PciPath {
    std::uint32_t domain = 0;
    std::uint8_t root_bus = 0;
    std::vector<PathStep> steps;              // the first is on the root bus

    friend bool operator==(const PciPath&, const PciPath&) = default;
};
std::string to_string(const PciPath& path);
std::optional<PciPath> pci_path_from(std::string_view text);     // with or without the domain
PciPath path_of(const std::vector<PciAddress>& chain);

// The function's place relative to a slot's device, "00.0/04.0": device.function of each step from the
// slot down to the function itself.  It is what `ports =` pins, and its order as text is the order in
// which subdevices are counted.  `depth` is the chain's index of the device in the slot.
//
//     00.0         a card of one function
//     00.1         function 1 of a simple card
//     00.0/04.0    a function behind the card's own bridge, which is the device in the slot
//
// The slot's own device is printed as 00, so that a card's paths are the same in every slot.  Where the
// slot is a whole bus the numbers are the card's own and stay: an ARI card has functions above 00.7.
std::string relative_path(const std::vector<PciAddress>& chain, std::size_t depth,
                          bool whole_bus = false);
bool is_relative_path(std::string_view text);

} // namespace had::core
