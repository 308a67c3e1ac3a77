// What `make demo` shows before the prompt is yours.
#pragma once
#include "test/chassis/chassis.hpp"

namespace had::test::demo {

void narrate(Chassis& chassis);

// A line from the narrator, on a terminal that QEMU has in raw mode.
void tell(std::string_view text);

} // namespace had::test::demo
