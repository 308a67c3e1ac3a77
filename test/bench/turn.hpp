// What an event costs the daemon itself, apart from any kernel: the whole reconciler on the fake kernel, with so many
// ports in bonds of ten, all of which serve.  The fake kernel's own work is not in it.
#pragma once

#include <cstdint>
#include <memory>

namespace had::test {

// Of the program alone, whoever else has the processor.
struct Cost {
    double us = 0;
    std::uint64_t allocations = 0;
};

class Machine;

// Each is the median of some dozens of events, from an event's arrival until all that follows from it is done.
class Turns {
public:
    explicit Turns(unsigned ports);
    ~Turns();

    // The cable of a container comes or goes.
    Cost foreign_link();
    Cost backup_flaps();
    struct Loss {
        Cost asked, all;                      // until the kernel is asked for another active port
    };
    Loss active_lost();

private:
    std::unique_ptr<Machine> machine_;
};

} // namespace had::test
