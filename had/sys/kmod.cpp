#include "had/sys/kmod.hpp"

#include "had/sys/file.hpp"
#include "had/sys/kmod_library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace had::sys {

namespace fs = std::filesystem;
using core::ActionResult;

namespace {

struct KmodFree {
    const KmodLibrary* kmod = nullptr;

    void operator()(kmod_ctx* p) const { kmod->unref(p); }
    void operator()(kmod_module* p) const { kmod->module_unref(p); }
    void operator()(kmod_list* p) const { kmod->module_unref_list(p); }
};
using Context = std::unique_ptr<kmod_ctx, KmodFree>;
using Module = std::unique_ptr<kmod_module, KmodFree>;
using Modules = std::unique_ptr<kmod_list, KmodFree>;

// libkmod prints its errors on standard error; here the last one becomes part of the answer.
void keep_last(void* data, int, const char*, int, const char*, const char* format,
               va_list arguments) {
    char line[512];
    std::vsnprintf(line, sizeof line, format, arguments);
    std::string_view text(line);
    while (!text.empty() && text.back() == '\n')
        text.remove_suffix(1);
    if (!text.empty()) *static_cast<std::string*>(data) = text;
}

Context open(const KmodLibrary& kmod, const ModuleTree& tree, std::string& log) {
    Context context(kmod.create(tree.directory.empty() ? nullptr : tree.directory.c_str(), nullptr), {&kmod});
    if (context) kmod.set_log_fn(context.get(), keep_last, &log);
    return context;
}

ActionResult no_library(const std::string& why) { return {ELIBACC, fmt::format("libkmod: {}", why)}; }

// Files are named ne2k-pci.ko, directories of /sys/module ne2k_pci.
std::string sysfs_name(std::string name) {
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

// As modprobe words them: these errnos mean something else here than elsewhere.
std::string why_not_inserted(int error) {
    switch (error) {
    case ENOEXEC: return "invalid module format (see dmesg)";
    case ENOENT: return "unknown symbol in module, or unknown parameter (see dmesg)";
    case ESRCH: return "wrong symbol version (see dmesg)";
    case EINVAL: return "invalid parameters (see dmesg)";
    case EPERM: return "no permission to load modules, or the kernel is locked down";
    default: return std::strerror(error);
    }
}

ActionResult insert(const KmodLibrary& kmod, kmod_module* module, const std::string& options, const std::string& log) {
    const int r = kmod.module_probe_insert_module(module, KMOD_PROBE_APPLY_BLACKLIST,
                                                  options.empty() ? nullptr : options.c_str(),
                                                  nullptr, nullptr, nullptr);
    if (r == 0) return {};
    const std::string name = kmod.module_get_name(module);
    // A positive result is no success either: it is the flag that kept the module out.
    if (r > 0) return {EPERM, fmt::format("module {} is blacklisted in modprobe.d", name)};
    auto text = fmt::format("module {}: {}", name, why_not_inserted(-r));
    if (!log.empty()) text += ": " + log;
    return {-r, std::move(text)};
}

std::vector<std::string> names_in(const fs::path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
        names.push_back(at->path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

// A driver's directory holds files, the link `module`, and a link for each device that it serves.
std::string served_device(const fs::path& module) {
    for (const auto& driver : names_in(module / "drivers"))
        for (const auto& entry : names_in(module / "drivers" / driver)) {
            std::error_code error;
            if (entry != "module" && fs::is_symlink(module / "drivers" / driver / entry, error))
                return entry;
        }
    return {};
}

} // namespace

bool in_kernel(const fs::path& sysfs, const std::string& name) {
    std::error_code error;
    const auto directory = sysfs / "module" / sysfs_name(name);
    if (!fs::exists(directory, error)) return false;
    return first_line(directory / "initstate").value_or("live") == "live"; // built-in modules have no such file
}

core::Parameters parameters_of(const fs::path& sysfs, const std::string& name) {
    core::Parameters parameters;
    std::error_code error;
    for (const auto& file : fs::directory_iterator(sysfs / "module" / sysfs_name(name) / "parameters", error)) {
        // `explain` shows it to everybody, so only what everybody may read.
        if ((file.status(error).permissions() & fs::perms::others_read) == fs::perms::none) continue;
        if (auto value = first_line(file.path())) parameters.emplace(file.path().filename(), *std::move(value));
    }
    return parameters;
}

ActionResult load_module(const std::string& name, const std::string& options,
                         const ModuleTree& tree) {
    // Works also when the module's file, or the index that names it, is gone.
    if (in_kernel(tree.sysfs, name)) return {.error = 0, .text = "", .was_so = true};
    std::string log;
    const KmodLibrary* const kmod = kmod_library(log);
    if (!kmod) return no_library(log);
    const auto context = open(*kmod, tree, log);
    if (!context) return {ENOMEM, "libkmod cannot start"};
    kmod_list* found = nullptr;
    const int r = kmod->module_new_from_lookup(context.get(), name.c_str(), &found);
    const Modules modules(found, {kmod});
    if (r < 0) return {-r, fmt::format("module {}: {}: {}", name, std::strerror(-r), log)};
    if (!modules)
        return {ENOENT,
                fmt::format("module {} is not in {}", name, kmod->get_dirname(context.get()))};
    auto all = options;
    if (name == "bonding" && options.find("max_bonds") == std::string::npos)
        all += all.empty() ? "max_bonds=0" : " max_bonds=0";
    for (kmod_list* at = modules.get(); at; at = kmod->list_next(modules.get(), at)) {
        const Module module(kmod->module_get_module(at), {kmod});
        if (auto result = insert(*kmod, module.get(), all, log); !result.ok()) return result;
    }
    return {};
}

std::string why_in_use(const fs::path& sysfs, const std::string& name) {
    const auto module = sysfs / "module" / sysfs_name(name);
    if (const auto device = served_device(module); !device.empty()) return "it serves " + device;
    if (const auto holders = names_in(module / "holders"); !holders.empty())
        return "module " + holders.front() + " uses it";
    const std::string count = first_line(module / "refcnt").value_or("0");
    if (std::atoi(count.c_str()) > 0) return "its reference count is " + count;
    return {};
}

ActionResult unload_module(const std::string& name, const ModuleTree& tree) {
    std::string log;
    const KmodLibrary* const kmod = kmod_library(log);
    if (!kmod) return no_library(log);
    const auto context = open(*kmod, tree, log);
    if (!context) return {ENOMEM, "libkmod cannot start"};
    kmod_module* found = nullptr;
    if (const int r = kmod->module_new_from_name(context.get(), name.c_str(), &found); r < 0)
        return {-r, fmt::format("module {}: {}", name, std::strerror(-r))};
    const Module module(found, {kmod});
    const int state = kmod->module_get_initstate(module.get());
    if (state == -ENOENT) return {};
    if (state == KMOD_MODULE_BUILTIN)
        return {EBUSY, fmt::format("module {} is built into the kernel", name)};
    if (const auto why = why_in_use(tree.sysfs, name); !why.empty())
        return {EBUSY, fmt::format("module {} stays: {}", name, why)};
    const int r = kmod->module_remove_module(module.get(), 0);
    if (r == 0 || r == -ENOENT) return {};
    return {-r, fmt::format("module {}: cannot unload: {}", name, std::strerror(-r))};
}

} // namespace had::sys
