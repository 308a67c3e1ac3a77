// A MAC address that two would carry: of two stations with one address a network reaches only one, now this,
// now that.
//
// No card is made with the address of another, but a bond may keep the address of a card that has long left it
// (`mac = first`; bond_main.c __bond_release_one only warns), and the card may come up elsewhere with it; and
// there are cards that were given one by hand.  The ports of a bond share the bond's address, so two of them
// that are alike conflict with nobody; but with `fail_over_mac` each carries its own, at the latest after a
// failover.
#pragma once

#include "had/core/base/types.hpp"

#include <map>
#include <string>

namespace had::core {

struct Situation;

// What shares its address with a port of had.conf, as a sentence.  Looks at each port once.
std::map<PortName, std::string> mac_conflicts(const Situation& situation);

} // namespace had::core
