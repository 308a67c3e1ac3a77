// One target through one port: asked again and again, and what came of it.
//
// A question is lost when its answer has not come within the timeout.  After `fall` lost ones in a row the target is
// silent through this port, after `rise` answers in a row it is good again; the first answer since the carrier came
// proves the way.  A round in which the daemon itself was late is void: answers count, silence does not.
#pragma once

#include "had/core/monitor/judgement.hpp"

#include <optional>

namespace had::core {

struct Track {
    PathState state = PathState::unproven;
    TimePoint since{};                        // when the state became so
    unsigned lost_in_row = 0, answered_in_row = 0;
    std::optional<TimePoint> asked;           // the question that is open
    std::uint32_t sequence = 0;               // of the last question
    std::optional<TimePoint> heard;           // the last answer
    Duration round_trip{};                    // of the last answer
    std::uint64_t sent = 0, answered = 0, lost = 0, voided = 0;

    friend bool operator==(const Track&, const Track&) = default;
};

// The carrier came or went: what was proven is so no longer.  Counters stay.
void begin_anew(Track& track, TimePoint now);
// A question has gone out.
void note_asked(Track& track, TimePoint now);
// An answer to the open question, or a late one.  True: the state has changed.
bool note_answer(Track& track, const MonitorConfig& monitor, TimePoint now);
// The open question, if its time is over, is lost; void when the daemon was late.  True: the state has changed.
bool note_time(Track& track, const MonitorConfig& monitor, TimePoint now, bool late);

} // namespace had::core
