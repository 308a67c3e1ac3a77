// Folds what is heard into the values, and passes it at once to the parts that it concerns.
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

// True: it has changed something.  Throws what folding throws.  Then everything counts as changed, and the next dump
// of the event's source repairs what half a fold has left.
bool hear(Run& run, const Listeners& listeners, core::Event event);

} // namespace had
