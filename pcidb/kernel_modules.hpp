// Which modules a kernel has: loadable ones and those that are built in.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace had::pcidb {

class KernelModules {
public:
    // Nothing: no modules are installed in the directory, "/lib/modules/VERSION".
    static std::optional<KernelModules> read(const std::filesystem::path& directory);

    [[nodiscard]] bool has(std::string_view module) const;

    struct Place {
        std::string path;                     // "kernel/drivers/net/ethernet/8390/ne2k-pci.ko.xz"
        bool built_in = false;

        [[nodiscard]] std::string spelling() const;     // "ne2k-pci", as the file's name has it
    };
    // By name with '_' for '-'.
    [[nodiscard]] const std::map<std::string, Place, std::less<>>& all() const { return places_; }

private:
    std::map<std::string, Place, std::less<>> places_;
};

std::string running_kernel();                 // uname -r

} // namespace had::pcidb
