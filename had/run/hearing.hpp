// What is heard, folded into the values, and told to whom it concerns at once.
#pragma once

#include "had/core/world/event.hpp"
#include "had/run/contest.hpp"
#include "had/run/failover.hpp"
#include "had/run/sensing.hpp"

#include <span>

namespace had {

struct Listeners {
    Contest& contest;
    Failover& failover;
    Sensing& sensing;
    std::span<Part* const> parts;
};

// True: it has changed something.  Throws what folding throws; then all counts as changed, and what half a fold
// has left behind is put right by the dump that whoever tells of it makes next.
bool hear(Run& run, const Listeners& listeners, core::Event event);

} // namespace had
