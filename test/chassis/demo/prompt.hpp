// The prompt inside the chassis.
#pragma once
#include "test/chassis/emulated_chassis.hpp"

namespace had::test::demo {

// A shell in the guest on our terminal, and the hand that its `operator` asks for.  Returns when
// the shell has ended, or the chassis is off, or nobody sits at the terminal any more.
void serve_prompt(EmulatedChassis& chassis);

} // namespace had::test::demo
