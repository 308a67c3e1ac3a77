// A MAC address that two devices would have: a network reaches only one of them, now this one, now the other.
//
// No card is made with the address of another.  But a bond may keep the address of a card that has long left it
// (`mac = first`; bond_main.c __bond_release_one only warns), and the card may come up elsewhere with it.  And some
// cards were given an address by hand.  The ports of a bond share the bond's address, so two of them with the same
// permanent one do no harm; but with `fail_over_mac` each has its own, at the latest after a failover.
#pragma once

#include "had/core/base/types.hpp"

#include <map>
#include <string>

namespace had::core {

struct Situation;

// Which device has the same address as a port of had.conf, as a sentence.  Looks at each port once.
std::map<PortName, std::string> mac_conflicts(const Situation& situation);

} // namespace had::core
