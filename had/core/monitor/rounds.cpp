#include "had/core/monitor/monitor.hpp"

namespace had::core {

Rounds::Beat Rounds::beat(TimePoint now) {
    if (!next_) return {};
    Beat beat{.ask = now >= ask_at_, .late = now - *next_ > pace_.waits};
    if (!beat.ask) {
        next_ = ask_at_;
        return beat;
    }
    asked_ = now;
    // A late round does not shorten the one that follows it, and none begins before what is open now is lost.
    const TimePoint soonest = now + std::max(pace_.interval / 2, pace_.waits);
    ask_at_ = beat.late ? now + pace_.interval : std::max(ask_at_ + pace_.interval, soonest);
    next_ = ask_at_;
    return beat;
}

void Rounds::note_open(bool open) {
    if (next_ && open) next_ = std::min(ask_at_, asked_ + pace_.waits);
}

} // namespace had::core
