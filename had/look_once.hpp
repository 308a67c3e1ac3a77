// The machine as it is now, for who looks once and changes nothing.
#pragma once

#include "had/core/world/any_route.hpp"
#include "had/core/world/observed.hpp"

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace had {

// `read_modes`: also speed and duplex, a question to every card.  Throws std::system_error.
core::Observed look_once(bool read_modes = false);
// Every route of every table, one after the other: a full table is not kept.  `restart`: what was told of this family
// is void, since the tables changed meanwhile.  Throws std::system_error.
void each_route(core::IpFamily family, const std::function<void()>& restart,
                const std::function<void(core::AnyRoute)>& tell);

// Reads these sysctls of each interface but the ends of cables and the like, into `observed`.  Returns those that a new
// interface has.  Throws std::system_error for want of memory or descriptors.
core::Tunables look_at_sysctls(core::Observed& observed, std::span<const std::string_view> words);

// Every rule of policy routing but the kernel's own; 256 at most.  A kernel without policy routing has none.
std::vector<core::AnyRule> rules();

} // namespace had
