// The active port of a bond of two loses its carrier, again and again; bench-observer times in the
// guest how long until the kernel has another one.  The kernel's own monitor looks once a second.
#pragma once

#include "test/bench/figures.hpp"

#include "test/chassis/emulated_chassis.hpp"

namespace had::test {

class Cuts {
public:
    static constexpr int in_block = 10;

    Cuts(); // boots a chassis of its own
    Guest& guest() { return chassis_.guest(); }

    // had, when both ports are good.
    Background start_had();
    // What the observer says of a block of cuts, in microseconds.
    std::vector<double> block();

private:
    void cut();
    void wait_good(std::size_t port);

    EmulatedChassis chassis_;
    std::vector<std::string> ports_;
};

// Adds a block's times to those of the blocks before.
void append(std::vector<double>& all, const std::vector<double>& more);

} // namespace had::test
