// Alarms: what is wrong now, each with an identity that lasts, since when it is so, and what to do about it.
//
// A problem of the view is a sentence; an alarm is a thing that monitoring can follow.  Its id is the object's name
// and the kind, "bond0/redundancy", and is part of the contract (had-alarms(7)).  A kind of alarm is a row of the
// table in alarm.cpp: its word, how severe it is, and the function that finds it in a view.  Kinds without such a
// function are reported by the programs beside the daemon (had-recorder, had-notify), which are its clients.
#pragma once

#include "had/core/view/view.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// Orders that hold longer than this are alarms: who gave them may have forgotten them.
inline constexpr std::chrono::seconds old_order = std::chrono::hours(24);

struct AlarmKind {
    std::string_view type;
    AlarmSeverity severity;
    // Adds each alarm of this kind.  `now` is seconds since 1970.  Null: it is reported.
    void (*find)(const View& view, std::int64_t now, std::vector<Alarm>& found);
    std::string_view repair = {};             // of one that is reported
};
std::span<const AlarmKind> alarm_kinds();
// Null: there is none.
const AlarmKind* alarm_kind(std::string_view type);
std::string alarm_id(std::string_view object, std::string_view type);

// All that the view shows, in the order of the table, without what only time knows (raised, count) and operators.  One
// that is `under_way` is an alarm only if it was one before: a start, or a new card, is no fault.
std::vector<Alarm> find_alarms(const View& view, std::int64_t now);
// When the next order grows old, in seconds since 1970.  Nothing: none does.
std::optional<std::int64_t> next_old_order(const View& view, std::int64_t now);

// Whether they say the same: all but since when, and how often.
bool says_the_same(const Alarm& a, const Alarm& b);

} // namespace had::core
