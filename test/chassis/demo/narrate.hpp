// What `make demo` shows before the prompt is yours.
#pragma once
#include <string_view>

#include "test/chassis/chassis.hpp"

namespace had::test::demo {

// Starts had in the guest on the sample of 2002, and lets cards come and go.  Throws
// std::runtime_error when anything does not go as it is told; each wait is for a state.
void narrate(Chassis& chassis);

// What to try at the prompt.
void suggest();

// A line from the narrator.
void tell(std::string_view text);

} // namespace had::test::demo
