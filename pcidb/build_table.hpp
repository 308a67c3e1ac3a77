// From the aliases of a kernel's network drivers to a driver table: pure.
#pragma once

#include "had/core/config/driver_table.hpp"
#include "pcidb/network_modules.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace had::pcidb {

// "pci:v00008086d0000100Esv*sd*bc*sc*i*" claims `id = 8086:100e`.  Nothing for what is no such alias and
// for a claim on cards of another class than 02xx, which had never looks up.  For the same reason a
// class beside ids is left out: it would choose among network controllers only.
std::optional<core::DriverClaim> claim_from(std::string_view alias);

// A driver of a bus that only shows a device, which another module makes a network interface of.
bool needs_another(std::string_view module);

// A section a module, by name: equal claims are tried in that order.  A module whose other half the
// kernel lacks serves no network card, and is left out; so is one that claims none.
core::DriverTable build_table(const std::vector<NetworkModule>& found, const KernelModules& modules);

} // namespace had::pcidb
