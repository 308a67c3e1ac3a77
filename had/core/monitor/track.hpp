// One target through one port: asked again and again, and what came of it.
//
// A question is lost when its answer has not come within the timeout.  After `fall` lost ones in a row the target is
// silent through this port, after `rise` answers in a row it is good.  The way is proven when it has been good once
// since the carrier came; what was never proven can be lost as often as it likes, and is not silent.  A port that was
// found serving when the daemon started has proven its way before: there one answer suffices.
//
// A round in which the daemon itself was late is void: answers count, silence does not.
#pragma once

#include "had/core/monitor/judgement.hpp"

#include <optional>

namespace had::core {

struct Track {
    PathState state = PathState::unproven;
    TimePoint since{};                        // when the state became so
    bool adopted = false;                     // found serving: one answer makes it good
    unsigned lost_in_row = 0, answered_in_row = 0;
    std::optional<TimePoint> losing;          // when the first of the lost in a row was asked; kept while it is silent
    std::optional<TimePoint> fell;            // of a silent one: when the question was asked that made it so
    std::optional<TimePoint> asked;           // the question that is open
    std::uint32_t sequence = 0;               // of the last question
    bool is_long = false;                     // the last question
    std::optional<TimePoint> heard;           // the last answer since the carrier came
    Duration round_trip{};                    // of the last answer
    std::uint64_t sent = 0, answered = 0, lost = 0, voided = 0;       // sent: these three, and the open one

    friend bool operator==(const Track&, const Track&) = default;
};

// The carrier came or went: what was proven is so no longer, and an open question is void.  Counters stay.
void begin_anew(Track& track, TimePoint now, bool adopted = false);
// A question goes out.  One that is still open is void: nobody will know which of them is answered.  Each tenth is a
// long one, where the monitor has such.  When that is lost so are the next ones to be, until one is answered: the short
// ones between them would end each row of losses.
void note_asked(Track& track, TimePoint now);
// The open question is void: it did not go out, or nobody will know whether it is answered.
void give_up_open_question(Track& track);
// An answer to the open question; or a late or a second one, which ends a row of losses and earns nothing.
// True: the state has changed.
bool note_answer(Track& track, const MonitorConfig& monitor, TimePoint now);
// The open question, if its time is over, is lost; void when the daemon was late.  True: the state has changed.
bool note_time(Track& track, const MonitorConfig& monitor, TimePoint now, bool late);

// Lost so often in a row that there is nobody, whether the way was ever proven or not.
inline bool is_lost(const Track& track, const MonitorConfig& monitor) {
    return track.state == PathState::silent ||
           (track.state == PathState::unproven && track.lost_in_row >= monitor.fall);
}

} // namespace had::core
