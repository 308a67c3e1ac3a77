// What the program itself has done between two moments, whoever else had the processor.
#pragma once

#include <cstdint>

namespace had::test {

struct Cost {
    double us = 0;
    std::uint64_t allocations = 0;
};

// From its making on.
class Meter {
public:
    Meter();
    [[nodiscard]] Cost read() const;

private:
    std::uint64_t allocations_;
    double us_;
};

// Where callgrind begins and ends to count (`test/bench/trace`): a meter is made, and it is read.
extern "C" void had_bench_begins();
extern "C" void had_bench_ends();

} // namespace had::test
