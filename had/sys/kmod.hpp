// Kernel modules through libkmod.  Loading and unloading may block for as long as a driver probes:
// in a job only.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/world/module_options.hpp"

#include <filesystem>
#include <string>

namespace had::sys {

// Where libkmod looks; tests point elsewhere.
struct ModuleTree {
    std::string directory; // empty: /lib/modules/VERSION
    std::filesystem::path sysfs = "/sys";
};

// Loaded and past its start, or built in.  Never blocks, and may miss a built-in module: one without
// parameters has no directory in sysfs.
bool in_kernel(const std::filesystem::path& sysfs, const std::string& module);

// As /sys/module shows them; what cannot be read is left out.  Never blocks.
core::Parameters parameters_of(const std::filesystem::path& sysfs, const std::string& module);

// With its dependencies, and as modprobe.d says: options, install commands, and a blacklist, which
// here counts for a module asked for by name too.  A module that is loaded or built in is a
// success, and `was_so`.  bonding without options of its own gets max_bonds=0:
// by default it makes a bond0 that nobody asked for.
core::ActionResult load_module(const std::string& name, const std::string& options,
                               const ModuleTree& tree = {});

// Refuses with EBUSY and the reason while anything uses the module.
core::ActionResult unload_module(const std::string& name, const ModuleTree& tree = {});

// Empty: nothing uses it.  A driver's reference count is 0 even with its interfaces up, and rmmod
// would take them all away: so the devices bound to it count.
std::string why_in_use(const std::filesystem::path& sysfs, const std::string& module);

} // namespace had::sys
