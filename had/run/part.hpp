// A concern of the turn, with its own state: failover, extraction, orders and so on.  The turn calls each in the
// order of reconciler.cpp, and knows nothing else of it.
#pragma once

#include "had/core/world/link.hpp"
#include "had/core/base/types.hpp"

#include <optional>

namespace had {

class Part {
public:
    virtual ~Part() = default;

    // A link was heard.  Links have gone: what is kept by their indexes is to be dropped.
    virtual void hear_link(const core::Link&) {}
    virtual void forget_gone_links() {}
    // Cards, slots or the file have changed since the last turn.
    virtual void rearranged() {}
    // The first file is taken, before the first turn.  Another file is taken, at a reload.
    virtual void begin() {}
    virtual void reload() {}
    // At the start of a turn, also of a paused one.  Before each of its plans; a paused turn has none.
    virtual void before_turn() {}
    virtual void before_plan() {}
    // At the end of a turn, when nothing is due any more.
    virtual void after_turn() {}
    // The time at which the next turn is needed even if nothing is heard.
    [[nodiscard]] virtual std::optional<core::TimePoint> next() const { return std::nullopt; }
};

} // namespace had
