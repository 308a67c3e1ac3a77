// bench-turn [PORTS...]: what an event costs the daemon itself, with so many ports; time and allocations.
#include "test/bench/turn.hpp"

#include <fmt/format.h>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    using namespace had::test;
    std::vector<unsigned> numbers;
    for (int i = 1; i < argc; ++i) numbers.push_back(static_cast<unsigned>(std::stoul(argv[i])));
    if (numbers.empty()) numbers = {2, 20, 200, 2000};
    fmt::print("{:>6} {:>24} {:>24} {:>24} {:>24}\n", "ports", "a foreign link", "a backup's carrier",
               "active lost, asked", "active lost, all");
    for (const unsigned ports : numbers) {
        Turns turns(ports);
        const auto text = [](const Cost& c) { return fmt::format("{:.1f} us, {}", c.us, c.allocations); };
        const Cost foreign = turns.foreign_link(), flap = turns.backup_flaps();
        const Turns::Loss loss = turns.active_lost();
        fmt::print("{:>6} {:>24} {:>24} {:>24} {:>24}\n", ports, text(foreign), text(flap), text(loss.asked),
                   text(loss.all));
    }
}
