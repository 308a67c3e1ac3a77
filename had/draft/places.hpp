// Where each interface of this machine is: its port by slot, and what had.conf must say of that slot.
#pragma once

#include "had/core/config/driver_table.hpp"
#include "had/core/world/observed.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace had::draft {

struct Places {
    std::map<std::string, core::PortName> ports;              // by interface
    std::map<std::string, std::string> nowhere;               // interface, and why it is in no slot
    std::map<core::SlotName, core::SlotConfig, core::SlotLess> slots;     // those that need a section
    std::map<core::Mac, std::string> names;                   // of interfaces, by the address of their card
    std::map<core::SlotName, std::vector<core::DriverEntry>, core::SlotLess> drivers;   // that the table lacks
    std::string unknown;                                      // why nothing is known at all; or empty

    [[nodiscard]] const core::PortName* port(const std::string& interface) const;
};

Places places_of(const core::Observed& observed, const core::DriverTable& table);

} // namespace had::draft
