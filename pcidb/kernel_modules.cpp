#include "pcidb/kernel_modules.hpp"

#include "had/core/base/text.hpp"
#include "had/sys/file.hpp"

#include <sys/utsname.h>

#include <algorithm>

namespace had::pcidb {

namespace {

std::string normal(std::string_view module) {
    std::string name(module);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

} // namespace

std::string KernelModules::Place::spelling() const {
    const std::string_view file = std::string_view(path).substr(path.rfind('/') + 1);
    return std::string(file.substr(0, file.find(".ko")));
}

// A line of modules.dep is "kernel/drivers/net/ethernet/intel/e100.ko.xz: kernel/drivers/net/mii.ko.xz",
// the module and what it needs; one of modules.builtin is the module alone.
std::optional<KernelModules> KernelModules::read(const std::filesystem::path& directory) {
    const auto loadable = sys::read_file_if_there(directory / "modules.dep");
    if (!loadable) return std::nullopt;
    const std::string built_in = sys::read_file_if_there(directory / "modules.builtin").value_or("");
    KernelModules modules;
    for (const std::string* file : {&*loadable, &built_in})
        for (const std::string_view line : core::split(*file, '\n')) {
            if (line.empty()) continue;
            Place place{std::string(line.substr(0, line.find(':'))), file == &built_in};
            std::string name = normal(place.spelling());
            modules.places_.emplace(std::move(name), std::move(place));
        }
    return modules;
}

bool KernelModules::has(std::string_view module) const {
    return places_.contains(normal(module));
}

std::string running_kernel() {
    utsname name{};
    return uname(&name) == 0 ? name.release : "";
}

} // namespace had::pcidb
