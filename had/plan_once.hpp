// `had -n`: what would be done on the machine as it is, without a daemon and without a change.
#pragma once

#include "had/core/plan/plan.hpp"
#include "had/files.hpp"
#include "had/store.hpp"

#include <string>

namespace had {

// The reasons name `file`.
core::Plan plan_once(const std::string& file, const Files& files, const StorePaths& kept);

} // namespace had
