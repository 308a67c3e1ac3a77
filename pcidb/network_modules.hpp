// Which modules of a kernel drive network cards, and which cards those claim to serve.
//
// No single mark tells.  A module's aliases rarely name the class of its cards, and an alias says nothing
// about what the driver makes of the card.  So where a module comes from decides:
//
//   drivers/net        the kernel's own drivers, but for those whose cards are no network port that an
//                      address or a bond would make serve: wireless, wwan, can, wan
//   drivers/virtio     virtio_pci alone: it binds the card whose interface virtio_net then makes
//   outside of kernel/ (updates, extra, dkms) a driver from elsewhere, wherever it was put: it must
//                      register network interfaces, and not wireless ones
//
// A built-in driver counts too.  It needs nobody to load it, but the module that it names in `also` may
// be loadable all the same.
#pragma once

#include "pcidb/kernel_modules.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace had::pcidb {

struct NetworkModule {
    std::string name;                         // as its file spells it, "ne2k-pci"
    std::vector<std::string> aliases;         // those of PCI, "pci:v00008086d0000100Esv*sd*bc*sc*i*"

    friend bool operator==(const NetworkModule&, const NetworkModule&) = default;
};

// By name.  Throws std::system_error for a module that is listed and cannot be read.
std::vector<NetworkModule> network_modules(const std::filesystem::path& directory,
                                           const KernelModules& modules);

} // namespace had::pcidb
