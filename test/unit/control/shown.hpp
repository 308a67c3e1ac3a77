// What a verb of hadctl writes.
#pragma once

#include "had/control/client.hpp"
#include "had/hadctl/commands.hpp"

#include <string>

namespace had::test {

struct Shown {
    control::Exit exit = control::Exit::ok;
    std::string out, trouble;
};

// Standard output is a file meanwhile.
Shown shown(control::Exit (*verb)(const hadctl::Options&), const hadctl::Options& options);

} // namespace had::test
