// Addresses that a host can have, and that can be asked.
#pragma once

#include "had/core/config/addressing.hpp"

#include <optional>
#include <string_view>

namespace had::core {

// Why no host can have this address, as the end of a sentence that begins with it.  Nothing: one can.
std::optional<std::string_view> wrong_host(const IpAddress& address);
// Whether it is the broadcast address of one of these networks; also the usual one where the file gives another.
bool is_broadcast(const IpAddress& address, const Addressing& net);

} // namespace had::core
