// Unix sockets by path: how a flow of traffic is asked how it fares.
#pragma once
#include <string>

#include "test/chassis/fd.hpp"

namespace had::test {

// Both throw std::system_error with the path in its text.
Fd listen_at(const std::string& path);
Fd connect_to(const std::string& path);

} // namespace had::test
