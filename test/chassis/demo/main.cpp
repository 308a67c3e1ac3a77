// chassis: a virtual chassis on your terminal.  First the demonstration, then a prompt inside; the
// command `operator` there moves cards and cables.  Leaving the prompt switches the chassis off.
// Without a terminal there is no prompt, and the exit code says whether the demonstration went
// well.
#include <cstdio>

#include "test/chassis/demo/narrate.hpp"
#include "test/chassis/demo/prompt.hpp"
#include "test/chassis/demo/terminal.hpp"

namespace had::test::demo {
namespace {

void run() {
    tell("A virtual chassis boots: an emulated machine whose slots are empty.");
    Options options;
    options.cpus = 2; // traffic runs all the while
    options.terminal = on_terminal();
    EmulatedChassis chassis(options);
    narrate(chassis);
    if (!options.terminal) return;
    suggest();
    serve_prompt(chassis);
    print("\r\nThe chassis is off.\r\n");
}

} // namespace
} // namespace had::test::demo

int main() try {
    had::test::demo::run();
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "chassis: %s\n", e.what());
    return 1;
}
