// What other programs are told, so that they leave alone what is the daemon's: the texts of files below /run.
//
// udevd gives each device that had.conf names the property HAD_OBJECT, and the other programs look at that.  The
// rule contains places, not names or addresses, so that it holds for the next card before anybody has heard of
// it.  While a slot is empty the functions of its next card are not known.  Then the rule contains the whole slot,
// and is made exact as soon as the card is there and its ports are known.
//
//     udevd            70-had.rules      HAD_OBJECT; NM_UNMANAGED, which NetworkManager reads only
//                                        when it first sees a device
//     NetworkManager   70-had.conf       the names of the devices that are here, for those that it
//                                        manages already
//     systemd-networkd 00-had.network    Unmanaged=yes for what has HAD_OBJECT
//     udevd            00-had.link       no MAC address from udevd for bonds: it would keep `mac = first`
//                                        from taking that of the first port
//
// When had.conf names nothing, no file is left.  When the daemon ends, the files stay: the ports go on serving.
#pragma once

#include "had/core/world/chassis.hpp"
#include "had/core/config/config.hpp"

#include <map>
#include <set>
#include <string>

namespace had::core {

struct ForOthers {
    std::string rules, network, link, network_manager;    // texts; empty: no such file
    std::set<Ifindex> ours;                   // settled by udevd: they must have the property

    friend bool operator==(const ForOthers&, const ForOthers&) = default;
};

// The property, as it stands in udevd's record of a device.
inline constexpr std::string_view others_property = "HAD_OBJECT";

ForOthers for_others(const Config& config, const Chassis& chassis, const Observed& observed);

} // namespace had::core
