// Which links are nobody's business here: a container's cable, a tunnel, a bridge of other ports.  Hosts have them
// by the thousand, and what is heard of one can change no plan and no view.  So it is folded, and no turn follows.
//
// Whatever may be in the way of the file concerns the daemon: a name that the file says, an address, what stands on
// a port.  When in doubt it does.
#pragma once

#include "had/core/policy/situation.hpp"

namespace had::core {

// Asked before the event is folded.  False: the plan and the view stay as they are.
bool concerns(const Situation& situation, const Event& event);

} // namespace had::core
