// What the daemon had changed of an interface and is as it was again.
#pragma once

#include "had/core/plan/plan.hpp"

namespace had::core {

// What is as it was again, the MTU too, and the file says nothing of: nothing of it is left to be put back, whoever did
// it.  `owned` is that of the situation.  True: something was forgotten.
bool forget_restored(const Situation& situation, Owned& owned);

// Whether each of the words is known of that interface.  One that is not may have to be set.
bool knows_tuning(const Situation& situation, const Tuning& tuning, Ifindex link);

} // namespace had::core
