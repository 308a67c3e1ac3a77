// sd_notify(3) without its library: one datagram to $NOTIFY_SOCKET.
#pragma once

#include "had/core/base/types.hpp"

#include <optional>
#include <string_view>

namespace had::sys {

// "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=...".  Does nothing when nobody asked to be told;
// false: somebody did, and could not be.
bool notify(std::string_view state);

// How often WATCHDOG=1 is to be sent: half of WATCHDOG_USEC; nothing when no watchdog watches us.
std::optional<core::Duration> watchdog_interval();

} // namespace had::sys
