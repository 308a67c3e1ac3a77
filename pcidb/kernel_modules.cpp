#include "pcidb/kernel_modules.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <fstream>

namespace had::pcidb {

namespace {

std::string normal(std::string_view module) {
    std::string name(module);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

// "kernel/drivers/net/ethernet/intel/e100.ko.xz: kernel/drivers/net/mii.ko.xz": the first is the
// module.
std::string module_of(std::string_view line) {
    const std::string_view path = line.substr(0, line.find(':'));
    const std::string_view file = path.substr(path.rfind('/') + 1);
    return normal(file.substr(0, file.find(".ko")));
}

} // namespace

std::optional<KernelModules> KernelModules::read(const std::filesystem::path& directory) {
    std::ifstream loadable(directory / "modules.dep");
    if (!loadable) return std::nullopt;
    std::ifstream built_in(directory / "modules.builtin");
    KernelModules modules;
    for (std::ifstream* file : {&loadable, &built_in})
        for (std::string line; std::getline(*file, line);)
            modules.names_.insert(module_of(line));
    return modules;
}

bool KernelModules::has(std::string_view module) const {
    return names_.contains(normal(module));
}

std::string running_kernel() {
    utsname name{};
    return uname(&name) == 0 ? name.release : "";
}

} // namespace had::pcidb
