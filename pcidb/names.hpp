// Cards by name: "8086:100e" is the "Intel Corporation 82540EM Gigabit Ethernet Controller".
//
// libpci's list (/usr/share/misc/pci.ids) behind an interface that cannot end the program; libpci's own
// error handler calls exit().  The first question reads the whole list, which takes some 10 ms: not for the
// daemon's loop.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

struct pci_access;

namespace had::pcidb {

class PciNames {
public:
    // `file` replaces the system's list.  A list that cannot be read has no names.
    explicit PciNames(const std::string& file = "");

    // Empty: not in the list.
    [[nodiscard]] std::string vendor(std::uint16_t vendor) const;
    [[nodiscard]] std::string device(std::uint16_t vendor, std::uint16_t device) const;
    // "Intel Corporation 82540EM Gigabit Ethernet Controller"; a part that is not in the list is left out.
    [[nodiscard]] std::string card(std::uint16_t vendor, std::uint16_t device) const;
    // Of class and subclass, "Ethernet controller" for 0x0200.
    [[nodiscard]] std::string device_class(std::uint16_t device_class) const;

private:
    struct Free {
        void operator()(pci_access* access) const;
    };
    std::string ask(int what, int first, int second) const;

    std::unique_ptr<pci_access, Free> access_;
};

} // namespace had::pcidb
