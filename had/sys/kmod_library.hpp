// libkmod, opened by the job that needs it and never by the daemon itself: it brings libcrypto along, for the
// signatures of modules, which is more than all else that a host without slots has in memory.
#pragma once

#include <libkmod.h>

#include <string>

namespace had::sys {

// The library's functions, under their own names without "kmod_".
struct KmodLibrary {
    decltype(&::kmod_new) create;
    decltype(&::kmod_unref) unref;
    decltype(&::kmod_set_log_fn) set_log_fn;
    decltype(&::kmod_get_dirname) get_dirname;
    decltype(&::kmod_list_next) list_next;
    decltype(&::kmod_module_unref) module_unref;
    decltype(&::kmod_module_unref_list) module_unref_list;
    decltype(&::kmod_module_new_from_lookup) module_new_from_lookup;
    decltype(&::kmod_module_new_from_name) module_new_from_name;
    decltype(&::kmod_module_get_module) module_get_module;
    decltype(&::kmod_module_get_name) module_get_name;
    decltype(&::kmod_module_get_initstate) module_get_initstate;
    decltype(&::kmod_module_probe_insert_module) module_probe_insert_module;
    decltype(&::kmod_module_remove_module) module_remove_module;
};

// Null, and `why` is told: it cannot be opened, or lacks one of them.  It stays open until the process ends.
const KmodLibrary* kmod_library(std::string& why);

} // namespace had::sys
