// The routes of a [failover], which lead by the member that serves.
#pragma once

#include "had/core/config/config.hpp"
#include "had/core/config/route.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// By which a member's traffic goes: its own `interface`, else that of its service.  Empty: nothing says.
std::string way_of(const Config& config, std::string_view member);
Route group_route(const Config& config, const GroupRoute& route, std::string_view member);
// Every place in the kernel's table that the group's routes may take.
std::vector<RouteKey> group_route_keys(const Config& config, const FailoverConfig& group);

// Whether a service with these keys gives its interface anything.
bool gives_something(const Addressing& net);
// Whether at most one of the two runs at a time, so that they may have the same address.
bool exclude_each_other(const Config& config, std::string_view service, std::string_view other);

} // namespace had::core
