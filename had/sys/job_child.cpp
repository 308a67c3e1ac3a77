#include "had/sys/job_child.hpp"

#include "had/sys/kmod.hpp"
#include "had/sys/others.hpp"
#include "had/sys/priority.hpp"

#include <cerrno>
#include <cstdio>
#include <string_view>

namespace had::sys {

namespace {

core::ActionResult run(std::span<const char* const> arguments) {
    const std::string_view job = arguments.empty() ? "" : arguments[0];
    const auto count = arguments.size();
    if (job == "load-module" && (count == 2 || count == 3))
        return load_module(arguments[1], count == 3 ? arguments[2] : "");
    if (job == "unload-module" && count == 2) return unload_module(arguments[1]);
    if (job == "tell-others") return have_others_look(arguments.subspan(1));
    return {EINVAL, "no such job: '" + std::string(job) + "'"};
}

} // namespace

int run_job(std::span<const char* const> arguments) {
    be_ordinary();
    core::ActionResult result;
    try {
        result = run(arguments);
    } catch (const std::exception& e) {
        result = {EIO, e.what()};
    }
    if (!result.text.empty()) std::puts(result.text.c_str());
    std::fflush(stdout);
    return result.error;
}

} // namespace had::sys
