#include "pcidb/network_modules.hpp"

#include "pcidb/build_table.hpp"

#include <libkmod.h>

#include <cstdarg>
#include <memory>
#include <string_view>
#include <system_error>

namespace had::pcidb {

namespace fs = std::filesystem;

namespace {

struct KmodFree {
    void operator()(kmod_ctx* p) const { kmod_unref(p); }
    void operator()(kmod_module* p) const { kmod_module_unref(p); }
};
using Context = std::unique_ptr<kmod_ctx, KmodFree>;
using Module = std::unique_ptr<kmod_module, KmodFree>;

void say_nothing(void*, int, const char*, int, const char*, const char*, va_list) {}

enum class Origin { no_network_driver, kernel, elsewhere };

Origin origin_of(const KernelModules::Place& place) {
    const std::string_view path = place.path;
    if (path.find("kernel/") != 0) return Origin::elsewhere;
    if (needs_another(place.spelling())) return Origin::kernel;
    constexpr std::string_view net = "kernel/drivers/net/";
    if (path.find(net) != 0) return Origin::no_network_driver;
    for (const std::string_view other : {"wireless/", "wwan/", "can/", "wan/"})
        if (path.substr(net.size()).find(other) == 0) return Origin::no_network_driver;
    return Origin::kernel;
}

// libkmod finds a built-in module by its name, in modules.builtin.modinfo.
Module open(kmod_ctx* context, const fs::path& directory, const KernelModules::Place& place) {
    const std::string name = place.spelling(), file = directory / place.path;
    kmod_module* found = nullptr;
    const int r = place.built_in ? kmod_module_new_from_name(context, name.c_str(), &found)
                                 : kmod_module_new_from_path(context, file.c_str(), &found);
    if (r < 0) throw std::system_error(-r, std::generic_category(), file);
    return Module(found);
}

struct Information {
    std::vector<std::string> pci_aliases;
    bool wireless = false;
};

// A kernel without modules.builtin.modinfo (before 5.2) does not say what is built in.
Information information(kmod_module* module, const KernelModules::Place& place) {
    Information information;
    kmod_list* list = nullptr;
    const int r = kmod_module_get_info(module, &list);
    if (r < 0 && !place.built_in) throw std::system_error(-r, std::generic_category(), place.path);
    for (const kmod_list* at = list; at; at = kmod_list_next(list, at)) {
        const std::string_view key = kmod_module_info_get_key(at);
        const std::string_view value = kmod_module_info_get_value(at);
        if (key == "alias" && value.find("pci:") == 0) information.pci_aliases.emplace_back(value);
        if (key == "depends") information.wireless = value.find("80211") != std::string_view::npos;
    }
    kmod_module_info_free_list(list);
    return information;
}

// Decided by the functions of the kernel that it uses.
bool registers_interfaces(kmod_module* module) {
    kmod_list* list = nullptr;
    bool registers = false;
    if (kmod_module_get_dependency_symbols(module, &list) < 0) return false;
    for (const kmod_list* at = list; at; at = kmod_list_next(list, at)) {
        const std::string_view symbol = kmod_module_dependency_symbol_get_symbol(at);
        registers = registers || symbol == "register_netdev" || symbol == "register_netdevice";
    }
    kmod_module_dependency_symbols_free_list(list);
    return registers;
}

} // namespace

std::vector<NetworkModule> network_modules(const fs::path& directory, const KernelModules& modules) {
    const char* const no_configuration = nullptr;         // modprobe.d changes nothing of a module itself
    const Context context(kmod_new(directory.c_str(), &no_configuration));
    if (!context) throw std::system_error(ENOMEM, std::generic_category(), "libkmod");
    kmod_set_log_fn(context.get(), say_nothing, nullptr);
    std::vector<NetworkModule> found;
    for (const auto& [name, place] : modules.all()) {
        const Origin origin = origin_of(place);
        if (origin == Origin::no_network_driver) continue;
        const Module module = open(context.get(), directory, place);
        Information told = information(module.get(), place);
        if (told.pci_aliases.empty()) continue;
        if (origin == Origin::elsewhere && (told.wireless || !registers_interfaces(module.get())))
            continue;
        found.push_back({place.spelling(), std::move(told.pci_aliases)});
    }
    return found;
}

} // namespace had::pcidb
