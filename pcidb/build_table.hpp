// Makes a driver table from the aliases of a kernel's network drivers.  Pure.
#pragma once

#include "had/core/config/driver_table.hpp"
#include "pcidb/network_modules.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace had::pcidb {

// "pci:v00008086d0000100Esv*sd*bc*sc*i*" claims `id = 8086:100e`.  Nothing: it is no such alias, or claims cards of
// another class than 02xx, which the daemon never looks up.  For the same reason a class beside ids is left out: it
// would only choose among network controllers.
std::optional<core::DriverClaim> claim_from(std::string_view alias);

// A bus driver that only shows a device, from which another module makes a network interface.
bool needs_another(std::string_view module);

// One section a module, in the order of the names, in which equal claims are tried.  A module whose second module the
// kernel lacks serves no network card and is left out; so is a module that claims none.
core::DriverTable build_table(const std::vector<NetworkModule>& found, const KernelModules& modules);

} // namespace had::pcidb
