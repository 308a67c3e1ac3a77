// Which modules a kernel has: loadable ones and those that are built in.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace had::pcidb {

class KernelModules {
public:
    // Nothing when no modules are installed in the directory, "/lib/modules/VERSION".
    static std::optional<KernelModules> read(const std::filesystem::path& directory);

    [[nodiscard]] bool has(std::string_view module) const;

private:
    std::set<std::string> names_;             // with '_' for '-'
};

std::string running_kernel();                 // uname -r

} // namespace had::pcidb
