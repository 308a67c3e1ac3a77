// The operator's hand, asked for from within: `operator pull 12` at the guest's prompt.
#pragma once
#include "test/chassis/chassis.hpp"

namespace had::test::demo {

// A request is {"words":["pull","12"]}; the reply {"rc":0,"text":"..."} is what `operator` prints
// and ends with.
Json perform(Chassis& chassis, const Json& request);

} // namespace had::test::demo
