// The PCI side of this machine, read from sysfs: functions, slots, and which interface is on which function.
//
// The daemon's scan at its start and `pcidb scan` both use it.  Only what the kernel remembers is read
// (links, ids, `address`), never config space: a read there reaches the card, and a card that has just
// been pulled answers with nonsense or not at all.  `uevent` is not read either: the kernel takes the device's
// lock for it (drivers/base/core.c uevent_show), and waits there as long as a probe hangs.  Cards come
// and go in the middle of a scan, and what has vanished is left out.  What could not be read for want of
// descriptors or memory throws std::system_error: half a scan would say that cards have gone.
#pragma once

#include "had/core/world/event.hpp"
#include "had/core/base/pci.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace had::sys {

// A network interface, with its name at the moment of the scan.
struct PciInterface {
    std::string name;
    core::NetDevice device;

    friend bool operator==(const PciInterface&, const PciInterface&) = default;
};

// From an event's keys, one a line; `devpath` is the function's path in sysfs.
// Nothing: the path leads to no PCI function, or the ids are missing.  `is_virtual` stays false.
std::optional<core::PciFunction> pci_function_from(std::string_view devpath, std::string_view uevent);

class PciScan {
public:
    explicit PciScan(std::filesystem::path root = "/") : root_(std::move(root)) {}     // above sys

    // Every function of the machine, of whatever class, by address.
    [[nodiscard]] std::vector<core::PciFunction> functions() const;
    [[nodiscard]] std::optional<core::PciFunction> function(const core::PciAddress& address) const;

    // Every directory of /sys/bus/pci/slots, by name; also those that only label a place (can_power false).
    [[nodiscard]] std::vector<core::KernelSlot> slots() const;
    [[nodiscard]] std::optional<core::KernelSlot> slot(const std::string& name) const;

    // Every interface that is on a PCI function, by ifindex; `settled` as if no udevd ran.
    [[nodiscard]] std::vector<PciInterface> interfaces() const;
    [[nodiscard]] std::optional<core::NetDevice> net_device(const std::string& interface) const;

    // Of a directory below sys, as an event's DEVPATH names it.
    [[nodiscard]] bool is_virtual(std::string_view devpath) const;
    [[nodiscard]] unsigned dev_port(std::string_view devpath) const;

    // All three as one event.
    [[nodiscard]] core::DevicesScanned all() const;

private:
    std::filesystem::path root_;
};

} // namespace had::sys
