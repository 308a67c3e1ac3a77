// Everything that is known of one interface's link, side by side: what rtnetlink, its driver and its transceiver
// say, and which of them the daemon reads.
#pragma once

#include "had/core/base/link_mode.hpp"
#include "had/core/world/mii.hpp"
#include "had/core/base/types.hpp"

#include <optional>
#include <string>

namespace had::core {

// What the driver says, by ethtool.  Nothing: it cannot tell.
struct DriverReport {
    std::string driver, bus;                  // "e1000", "0000:00:02.0"
    std::optional<bool> link;
    std::string no_link_text;                 // why `link` is absent, in the kernel's words
    LinkMode mode;

    friend bool operator==(const DriverReport&, const DriverReport&) = default;
};

// What the card itself says (sys/card_probe).
struct CardReport {
    DriverReport driver;
    std::optional<MiiRegisters> mii;
    std::string no_mii_text;                  // why `mii` is absent

    friend bool operator==(const CardReport&, const CardReport&) = default;
};

struct LinkReport {
    std::string interface, port;              // port empty: in no slot
    std::string bond, role;                   // as of a port of `status`; or empty
    Ifindex index = 0;
    bool up = false, carrier = false;
    std::uint32_t carrier_changes = 0;
    CardReport card;
    std::string probe;                        // by which the daemon reads it: "MII", "ethtool"; or empty
    Duration every{};                         // 0: it is not read
    std::string why;

    friend bool operator==(const LinkReport&, const LinkReport&) = default;
};

} // namespace had::core
