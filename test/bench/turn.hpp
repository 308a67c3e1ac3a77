// What an event costs the daemon itself, apart from any kernel: from its message's bytes on, until all that follows
// from it is done, with so many ports in bonds of ten.  The fake kernel's own work is in it where the kernel is asked.
#pragma once

#include "test/bench/meter.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace had::test {

class Machine;

// Each is the median of some events.
class Turns {
public:
    // Told of each measurement that has ended.
    using Ended = std::function<void(std::string_view name)>;

    explicit Turns(unsigned ports, unsigned times = 41, Ended ended = [](std::string_view) {});
    ~Turns();

    // The cable of a container comes or goes.
    Cost foreign_link();
    Cost backup_flaps();
    // Until the kernel is asked, for another active port or for a port's place in its bond; and until all is done.
    struct Asked {
        Cost asked, all;
    };
    Asked active_lost();
    Asked plug_in();

private:
    template <class Do>
    Asked measure(std::string_view name, Do event);

    std::unique_ptr<Machine> machine_;
    unsigned times_;
    Ended ended_;
};

} // namespace had::test
