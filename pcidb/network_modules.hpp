// Which modules of a kernel drive network cards, and which cards those claim to serve.
//
// No single property decides this.  A module's aliases rarely name the class of its cards, and an alias says nothing
// about what the driver makes of the card.  So the module's place decides:
//
//   drivers/net        the kernel's own drivers, but for those whose cards need more than an address or a bond to
//                      serve: wireless, wwan, can, wan
//   drivers/virtio     only virtio_pci, which binds the card whose interface virtio_net then makes
//   outside of kernel/ (updates, extra, dkms) a driver from elsewhere, if it registers network interfaces other than
//                      wireless ones
//
// A built-in driver counts too.  It need not be loaded, but the module in its `also` may have to be.
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

// In the order of the names.  Throws std::system_error for a module that is listed and cannot be read.
std::vector<NetworkModule> network_modules(const std::filesystem::path& directory,
                                           const KernelModules& modules);

} // namespace had::pcidb
