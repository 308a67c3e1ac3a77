#include "had/sys/kmod_library.hpp"

#include <dlfcn.h>

namespace had::sys {

namespace {

// Its ABI, as the package libkmod2 has it.
constexpr const char* file = "libkmod.so.2";

class Opening {
public:
    explicit Opening(void* library) : library_(library) {}

    template <class F>
    void take(F& function, const char* name) {
        function = reinterpret_cast<F>(::dlsym(library_, name));
        whole_ = whole_ && function != nullptr;
    }
    [[nodiscard]] bool whole() const { return whole_; }

private:
    void* library_;
    bool whole_ = true;
};

std::string last_error() {
    const char* text = ::dlerror();
    return text ? text : "it cannot be opened";
}

} // namespace

const KmodLibrary* kmod_library(std::string& why) {
    static KmodLibrary library{};
    static bool open = false;
    if (open) return &library;
    void* const handle = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        why = last_error();
        return nullptr;
    }
    Opening opening(handle);
    opening.take(library.create, "kmod_new");
    opening.take(library.unref, "kmod_unref");
    opening.take(library.set_log_fn, "kmod_set_log_fn");
    opening.take(library.get_dirname, "kmod_get_dirname");
    opening.take(library.list_next, "kmod_list_next");
    opening.take(library.module_unref, "kmod_module_unref");
    opening.take(library.module_unref_list, "kmod_module_unref_list");
    opening.take(library.module_new_from_lookup, "kmod_module_new_from_lookup");
    opening.take(library.module_new_from_name, "kmod_module_new_from_name");
    opening.take(library.module_get_module, "kmod_module_get_module");
    opening.take(library.module_get_name, "kmod_module_get_name");
    opening.take(library.module_get_initstate, "kmod_module_get_initstate");
    opening.take(library.module_probe_insert_module, "kmod_module_probe_insert_module");
    opening.take(library.module_remove_module, "kmod_module_remove_module");
    if (!opening.whole()) {
        why = last_error();
        ::dlclose(handle);
        return nullptr;
    }
    open = true;
    return &library;
}

} // namespace had::sys
