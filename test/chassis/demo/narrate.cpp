#include "test/chassis/demo/narrate.hpp"

#include <cstdio>
#include <fmt/format.h>

namespace had::test::demo {

void tell(std::string_view text) {
    fmt::print("\r\n\033[1m{}\033[0m\r\n", text);
    std::fflush(stdout);
}

// The chassis of the article, filled.  What had makes of it is told between these steps.
void narrate(Chassis& chassis) {
    tell("The chassis is on.  A dual card goes into slot 2, another into slot 12.");
    chassis.insert(2, {"virtio", 2});
    chassis.insert(12, {"virtio", 2});
    chassis.pci_address(12, 1);
    tell("A single card goes into slot 16.");
    chassis.insert(16, {"e1000"});
    chassis.pci_address(16, 0);
}

} // namespace had::test::demo
