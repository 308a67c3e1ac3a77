// The files of an interface's sysctls.  Each is one small read or write; none waits for a device.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/config/tuning.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace had::sys {

// Without those that cannot be read.
core::Tunables read_tunables(const std::filesystem::path& root, const std::string& link,
                             const std::vector<std::string>& words);
core::ActionResult write_tunable(const std::filesystem::path& root, const core::SetTunable& operation);

} // namespace had::sys
