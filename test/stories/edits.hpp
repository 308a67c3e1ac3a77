// had.conf and what is edited in it, one after the other, until each key was in it.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace had::test {

struct Change {
    std::string from, to;
};

// What a reload without force costs: nothing; what was under way to the port that was active
// before; nothing but that something is left to do, for `reload --force`.
enum class Cost { none, moves, waits };

struct Edit {
    std::string what;
    Cost cost;
    std::vector<Change> changes;
};

// What they begin with.
extern const std::string first_conf;
// Each on top of the last.  The first eight change what a site changes most.
extern const std::vector<Edit> edits;

// "SECTION KEY" of what Linux 6.1 does not have.
extern const std::set<std::string> keys_of_newer_kernels;

} // namespace had::test
