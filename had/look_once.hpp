// The machine as it is now, for who looks once and changes nothing.
#pragma once

#include "had/core/world/any_route.hpp"
#include "had/core/world/observed.hpp"

#include <functional>
#include <string>
#include <vector>

namespace had {

// `read_modes`: also speed and duplex, a question to every card.  Throws std::system_error.
core::Observed look_once(bool read_modes = false);
// Every route of every table, one after the other: a full table is not kept.  `restart`: what was told of this family
// is void, since the tables changed meanwhile.  Throws std::system_error.
void each_route(core::IpFamily family, const std::function<void()>& restart,
                const std::function<void(core::AnyRoute)>& tell);

// Every rule of policy routing but the kernel's own, as ip-rule(8) writes it; 256 at most.  A kernel without policy
// routing has none.
std::vector<std::string> rules();

} // namespace had
