// Which ports of a bond hear each other.
#pragma once

#include "had/core/monitor/mates.hpp"

namespace had::core {

using Places = std::vector<std::size_t>;      // of ports in the bond

inline const Track& way(const Mates& mates, std::size_t from, std::size_t to) { return mates.ports[to].hears[from]; }

// Each port with a carrier is in one group, with those that it hears and is heard by, directly or by others.
std::vector<Places> groups_of(const Mates& mates);
// One, or several of equal size.
std::vector<Places> largest_of(const std::vector<Places>& groups);

// The state of a port of that group, before anybody is doubted.
Finding finding_of(std::size_t place, const Places& group, const Mates& mates);

} // namespace had::core
