// sd_notify(3) without its library: one datagram to $NOTIFY_SOCKET.
#pragma once

#include "had/core/base/types.hpp"

#include <optional>
#include <string_view>

namespace had::sys {

// "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=...".  Does nothing without a NOTIFY_SOCKET.  False: the message
// could not be sent.
bool notify(std::string_view state);

// The interval at which WATCHDOG=1 is to be sent, half of WATCHDOG_USEC.  Nothing: no watchdog watches us.
std::optional<core::Duration> watchdog_interval();

} // namespace had::sys
