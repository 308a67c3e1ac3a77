// Where things are: the fixture is run from build/VARIANT/bin, and finds everything from there.
#pragma once
#include <string>

namespace had::test {

struct Place {
    std::string tree;   // the checkout
    std::string bin;    // the programs of this build
    std::string kernel; // HAD_KERNEL names the package; unpacked by `make deps`
    std::string logs;
};

// Throws std::runtime_error, saying what to run, when the chassis has not been prepared.
const Place& place();

} // namespace had::test
