// Kernel modules through libkmod.  Loading and unloading may block as long as a driver probes, so only
// jobs do it.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/world/module_options.hpp"

#include <filesystem>
#include <string>

namespace had::sys {

// Where libkmod looks; tests give another place.
struct ModuleTree {
    std::string directory; // empty: /lib/modules/VERSION
    std::filesystem::path sysfs = "/sys";
};

// Loaded and past its start, or built in.  Never blocks, and may miss a built-in module: one without
// parameters has no directory in sysfs.
bool in_kernel(const std::filesystem::path& sysfs, const std::string& module);

// The options as /sys/module shows them; what cannot be read is left out.  Never blocks.
core::Parameters parameters_of(const std::filesystem::path& sysfs, const std::string& module);

// With its dependencies, and as modprobe.d says: options, install commands, and the blacklist, which
// counts here for a module asked for by name too.  A module that is loaded or built in already is a
// success, and `was_so`.  bonding gets max_bonds=0 unless it has options of its own: by default it makes
// a bond0 that nobody asked for.
core::ActionResult load_module(const std::string& name, const std::string& options,
                               const ModuleTree& tree = {});

// Refuses with EBUSY and the reason while anything uses the module.
core::ActionResult unload_module(const std::string& name, const ModuleTree& tree = {});

// Empty: nothing uses it.  The devices bound to a driver count, since its reference count is 0 even
// with its interfaces up, and rmmod would take them all away.
std::string why_in_use(const std::filesystem::path& sysfs, const std::string& module);

} // namespace had::sys
