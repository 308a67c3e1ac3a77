// Which objects a plan has to be asked of.
//
// An object that had nothing to say, no action, no note and no time at which that may change, has nothing to say until
// something touches it.  So a turn asks those that had something to say the last time, and those that were touched
// since: what an event costs does not grow with the ports that it does not touch.  What touches an object is heard of
// its link (touch), or is so general that all are asked.
//
// A plan of a worklist is the whole plan.  Scenarios and the fuzzers hold each to that.
#pragma once

#include "had/core/policy/situation.hpp"

#include <cstddef>
#include <set>

namespace had::core {

struct Worklist {
    bool all = true;                          // then the others mean nothing
    bool rest = true;                         // what is of no port and no bond: what goes, what is in the way
    std::set<std::size_t> bonds;              // by their places in the file
    std::set<PortName> ports;
    std::set<SlotName, SlotLess> slots;       // whose functions want drivers

    void merge(const Worklist& other);
    friend bool operator==(const Worklist&, const Worklist&) = default;
};
inline Worklist nobody() { return {.all = false, .rest = false, .bonds = {}, .ports = {}, .slots = {}}; }

// Adds whom it concerns how a link is.  Of one that is neither a port of the file's nor a bond of it: all.
void touch(Worklist& worklist, const Situation& situation, Ifindex link);

// One of the file's, by its name.
void add_bond(Worklist& worklist, const Config& config, const std::string& name);

// Whether a message says nothing but how a link itself is: its carrier, its state in its bond, or which port of it is
// active.  All else of a link may concern others: its name, its addresses, its sizes.
bool is_of_itself(const Link& known, const Link& heard);

// Calls f(place, bond) with each bond that is to be asked, in the order of the file.
template <class F>
void for_each_bond(const Config& config, const Worklist& worklist, F f) {
    if (worklist.all)
        for (std::size_t i = 0; i < config.bonds.size(); ++i) f(i, config.bonds[i]);
    else
        for (const std::size_t i : worklist.bonds) f(i, config.bonds[i]);
}

} // namespace had::core
