// What `make bench` measures: had against a peer that does the same in the same guest, in turns, or
// against a goal.  Ratios carry over to other machines; times do not, and no test asserts any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace had::test {

class Guest;

struct Figure {
    std::string what;
    std::string had, peer; // with units; an empty peer: there is none
    std::string found;     // what the goal is about
    std::string goal;
    bool met = false;
};

// A port is plugged in: from the kernel's announcement to its enslavement, beside bare libnl.
std::vector<Figure> plug_in();
// had starts with 200 ports and 20 bonds to make, beside `ip -batch`; its memory then.
// With 64 ports and nothing to do: how often it wakes up.
std::vector<Figure> many_ports();

// --- What they share ----------------------------------------------------------------------------
// The driver table; the programs of this build are found by name in the guest anyway.
void install(Guest& guest);
// A line on standard error: a figure takes minutes.
void progress(std::string_view text);

// The middle one, and the quarter below and above it: what other load did shows there.
struct Spread {
    double median = 0, low = 0, high = 0;
};
Spread spread(std::vector<double> values);
std::string print(const Spread& spread, std::string_view unit);
// Of the medians, with a goal of 1.5.
Figure compare(std::string what, const Spread& had, const Spread& peer, std::string_view unit);

} // namespace had::test
