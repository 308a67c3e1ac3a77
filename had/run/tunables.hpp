// Reads what interfaces keep by themselves (core/config/tuning.hpp): for a plan, and every few seconds (tuner.hpp).
#pragma once

#include "had/core/action/kernel.hpp"
#include "had/core/world/observed.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace had {

// Nothing: it cannot be read, and `why` says it, or the link is not there.
std::optional<core::TunablesSeen> tunables_of_link(const core::Kernel& kernel, const core::Observed& observed,
                                                   core::Ifindex link, const std::vector<std::string>& words,
                                                   std::string& why);
// Of all that core::tuned_words() names.  What cannot be read stays as it is known, or unknown.
void look_at_tunables(const core::Kernel& kernel, core::Observed& observed,
                      const std::map<core::Ifindex, std::vector<std::string>>& words);

} // namespace had
