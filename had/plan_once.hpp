// `had -n`: what would be done on the machine as it is, without a daemon and without a change.
#pragma once

#include "had/core/plan/plan.hpp"
#include "had/files.hpp"
#include "had/store.hpp"

#include <string>
#include <vector>

namespace had {

struct Outlook {
    core::Plan plan;
    // What is the kernel's own choice, or another program's by name only, and becomes the daemon's: no address, no link
    // and no packet's way changes by it.
    std::vector<core::Action> charge;
};

// The reasons name `file`.
Outlook plan_once(const std::string& file, const Files& files, const StorePaths& kept);

} // namespace had
