// A route of whatever protocol.  The daemon itself hears of its own only (config/route.hpp); this is for who looks
// once.
#pragma once

#include "had/core/config/route.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace had::core {

struct AnyRoute {
    RouteKey key;
    std::optional<IpAddress> via;
    Ifindex link = 0;                         // 0: none, or several
    std::uint8_t protocol = 0;                // RTPROT_* of linux/rtnetlink.h
    std::string odd;                          // what of it had.conf cannot say; empty: nothing

    friend bool operator==(const AnyRoute&, const AnyRoute&) = default;
};

} // namespace had::core
