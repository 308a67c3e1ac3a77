// By what the record of what was set (Owned::tuned) knows an interface.
#pragma once

#include "had/core/action/operation.hpp"

#include <string>

namespace had::core {

// A bond or VLAN by its name, which outlives it; a port by its index, since a card in its place is another.  No
// interface's name has a colon.
inline std::string tuned_port_key(Ifindex index) { return "port:" + std::to_string(index); }
inline std::string tuned_key(const LinkRef& link, bool port) { return port ? tuned_port_key(link.index) : link.name; }

} // namespace had::core
