// had -n: what would be done, from a look at the machine, without a daemon and without a change.
#pragma once

#include "had/core/plan/plan.hpp"
#include "had/files.hpp"
#include "had/store.hpp"

#include <string>

namespace had {

// `file` is named in the reasons.
core::Plan plan_once(const std::string& file, const Files& files, const StorePaths& kept);

} // namespace had
