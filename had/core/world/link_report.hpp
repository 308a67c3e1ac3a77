// All that is known of one interface's link, side by side: what rtnetlink tells, what its driver says when
// it is asked, what its transceiver says, and which of them had makes use of.
#pragma once

#include "had/core/base/link_mode.hpp"
#include "had/core/world/mii.hpp"
#include "had/core/base/types.hpp"

#include <optional>
#include <string>

namespace had::core {

// The driver, by ethtool.  What it cannot tell is absent.
struct DriverReport {
    std::string driver, bus;                  // "e1000", "0000:00:02.0"
    std::optional<bool> link;
    std::string no_link_text;                 // why `link` is absent, in the kernel's words
    LinkMode mode;

    friend bool operator==(const DriverReport&, const DriverReport&) = default;
};

// What a look at the card brings (sys/card_probe).
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
    std::string probe;                        // that had reads it by: "MII", "ethtool"; or empty
    Duration every{};                         // 0: it does not
    std::string why;

    friend bool operator==(const LinkReport&, const LinkReport&) = default;
};

} // namespace had::core
