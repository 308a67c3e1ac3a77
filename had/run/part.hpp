// A concern of the turn, with its own state: failover, extraction, orders and so on.  The turn asks each in its
// order (reconciler.cpp), and knows nothing else of it.
#pragma once

#include "had/core/world/link.hpp"
#include "had/core/base/types.hpp"

#include <optional>

namespace had {

class Part {
public:
    virtual ~Part() = default;

    // A link was heard of; links have gone, and what is kept by their indexes is to go too.
    virtual void hear_link(const core::Link&) {}
    virtual void forget_gone_links() {}
    // Cards, slots or the file are others than at the last turn.
    virtual void rearranged() {}
    // The file is taken, before the first turn; and another one, at a reload.
    virtual void begin() {}
    virtual void reload() {}
    // Before a turn plans for the first time; before each of its plans.  Not while the daemon is paused.
    virtual void before_turn() {}
    virtual void before_plan() {}
    // When nothing is due any more.
    virtual void after_turn() {}
    // When the next turn is needed, though nothing is heard.
    [[nodiscard]] virtual std::optional<core::TimePoint> next() const { return std::nullopt; }
};

} // namespace had
