// What a caller without rights may send: each mode is one round, which is repeated for ever.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "test/hostile/client.hpp"

namespace had::test::hostile {

struct Aim {
    std::vector<std::string> objects; // of `explain` and `link`
    int number = 0;                   // of this client, and its round: what differs between them
    std::uint64_t round = 0;
};

struct Mode {
    const char *name, *what;
    void (*act)(Client& client, const Aim& aim); // on a connection, or on none when `alone`
    bool alone = false;                          // talks to nobody; not part of "all"
};

std::span<const Mode> modes();

} // namespace had::test::hostile
