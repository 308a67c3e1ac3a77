// bench-turn [--marks] [PORTS...]: what an event costs the daemon itself, with so many ports; time and allocations.
// --marks: a few of each, and a line on standard error for each measurement that ends, for test/bench/trace.
#include "test/bench/turn.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

int main(int argc, char** argv) {
    using namespace had::test;
    std::vector<unsigned> numbers;
    bool marks = false;
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--marks") marks = true;
        else numbers.push_back(static_cast<unsigned>(std::stoul(argv[i])));
    }
    if (numbers.empty()) numbers = {2, 20, 200, 2000};
    constexpr auto row = "{:>6} {:>20} {:>20} {:>20} {:>20} {:>20} {:>20}\n";
    fmt::print(row, "ports", "a foreign link", "a backup's carrier", "active lost, asked", "active lost, all",
               "plugged in, asked", "plugged in, all");
    for (const unsigned ports : numbers) {
        Turns turns(ports, marks ? 3 : ports > 1000 ? 9 : 41, [&](std::string_view name) {
            if (marks) fmt::print(stderr, "{} {}\n", ports, name);
        });
        const auto text = [](const Cost& c) { return fmt::format("{:.1f} us, {}", c.us, c.allocations); };
        const Cost foreign = turns.foreign_link(), flap = turns.backup_flaps();
        const Turns::Asked loss = turns.active_lost(), plugged = turns.plug_in();
        fmt::print(row, ports, text(foreign), text(flap), text(loss.asked), text(loss.all), text(plugged.asked),
                   text(plugged.all));
    }
}
