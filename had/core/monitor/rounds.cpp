#include "had/core/monitor/monitor.hpp"

namespace had::core {

Rounds::Beat Rounds::beat(TimePoint now) {
    if (!next_) return {};
    Beat beat{.ask = now >= ask_at_, .late = now - *next_ > waits_};
    if (!beat.ask) {
        next_ = ask_at_;
        return beat;
    }
    asked_ = now;
    // A late round does not shorten the one that follows it, and none begins before what is open now is lost.
    ask_at_ = beat.late ? now + interval_ : std::max(ask_at_ + interval_, now + std::max(interval_ / 2, waits_));
    next_ = ask_at_;
    return beat;
}

void Rounds::note_open(bool open) {
    if (next_ && open) next_ = std::min(ask_at_, asked_ + waits_);
}

} // namespace had::core
