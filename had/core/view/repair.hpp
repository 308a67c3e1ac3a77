// What an operator does about a port that does not serve: a sentence with the command in it.
#pragma once

#include "had/core/view/view.hpp"

#include <string>

namespace had::core {

// Whether the port does what had.conf wants of it.
bool serves(const View& view, const PortView& port);
// Whether the daemon is at it, as while it loads a driver or makes a bond.  When that fails there is a problem.
bool is_under_way(const PortView& port);
// Empty: nothing is to be done but to wait for that.
std::string repair_of(const View& view, const SlotView& slot, const PortView& port);
std::string exchange_of(const SlotName& slot);        // of the card in it

} // namespace had::core
