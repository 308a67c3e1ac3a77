// A route of whatever protocol, and a rule.  The daemon itself hears of its own routes only (config/route.hpp); this
// is for who looks once.
#pragma once

#include "had/core/config/route.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace had::core {

struct AnyRoute {
    RouteKey key;
    RouteWay way;
    Ifindex link = 0;                         // 0: none, or several
    std::uint8_t protocol = 0;                // RTPROT_* of linux/rtnetlink.h
    std::string odd;                          // what of it had.conf cannot say; empty: nothing

    friend bool operator==(const AnyRoute&, const AnyRoute&) = default;
};

struct AnyRule {
    std::string text;                         // as ip-rule(8) writes it
    std::optional<Rule> plain;                // as had.conf says it, where it can

    friend bool operator==(const AnyRule&, const AnyRule&) = default;
};

} // namespace had::core
