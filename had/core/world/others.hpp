// What other programs are told, so that they leave alone what is had's: the texts of files below /run.
//
// udevd gives each device that had.conf names a property, HAD_OBJECT; the others look at that.  The rule
// names places, not names or addresses, so that it holds for the next card before anybody has heard of
// it.  While a slot is empty its card's functions are not known: the rule then names the whole slot, and
// is made exact as soon as the card has told which of its ports are had's.
//
//     udevd            70-had.rules      HAD_OBJECT; NM_UNMANAGED, which NetworkManager obeys
//                                        when it first sees a device, and never asks for again
//     NetworkManager   70-had.conf       the names of what is here, for those that it has already
//     systemd-networkd 00-had.network    Unmanaged=yes for what has HAD_OBJECT
//     udevd            00-had.link       no MAC address of its own for bonds: one that udevd had given
//                                        would keep `mac = first` from taking the first port's
//
// Nothing is left when had.conf names nothing.  The end of had takes nothing back: the ports serve on.
#pragma once

#include "had/core/world/chassis.hpp"
#include "had/core/config/config.hpp"

#include <map>
#include <set>
#include <string>

namespace had::core {

struct ForOthers {
    std::string rules, network, link, network_manager;    // texts; empty: no such file
    std::set<Ifindex> ours;                   // that udevd has settled: their property must be there

    friend bool operator==(const ForOthers&, const ForOthers&) = default;
};

// The property, as udevd keeps it in its record of a device.
inline constexpr std::string_view others_property = "HAD_OBJECT";

ForOthers for_others(const Config& config, const Chassis& chassis, const Observed& observed);

} // namespace had::core
