// What ports receive without being asked: silence where there was traffic.
//
// Counters are looked at in windows of interval x fall, the same ones for all ports; the daemon's own answers do not
// count.  Nothing is judged before the first window that reached `low_water` since the carrier came.  One window below
// it is a hint: the other monitors ask at once.  Two are a verdict, beside a port that reached it in both.
//
// Only an active port is judged.  A backup receives broadcasts and nothing else, and may be still for long.  What it
// does receive makes it a witness, since the active port would receive that too.
#pragma once

#include "had/core/monitor/judgement.hpp"

#include <optional>
#include <span>

namespace had::core {

struct Flow {
    Ifindex port = 0;
    bool carrier = false;
    bool active = false;
    std::optional<std::uint64_t> began_at;    // the count when the window began; nothing: not known for this window
    std::uint64_t count = 0;                  // frames received less the daemon's own answers, at the last look
    bool proven = false;                      // a window reached low_water since the carrier came
    unsigned below = 0, above = 0;            // windows in a row; either is zero
    TimePoint since{};                        // when the first of them ended, or the carrier came

    friend bool operator==(const Flow&, const Flow&) = default;
};

struct Traffic {
    std::vector<Flow> ports;                  // in the order of the bond

    friend bool operator==(const Traffic&, const Traffic&) = default;
};

// The carrier of the port came or went, or it became active or a backup: it joins with the next window.
void begin_anew(Flow& flow, TimePoint now);

// All ports' `count`s are as just looked at.  Each look ends a window and begins the next one; it is void when the
// daemon was late.  True: a port was silent for a first window, so that the other monitors should ask at once.
bool note_look(Traffic& traffic, const MonitorConfig& monitor, TimePoint now, bool late);

Judgement judge_traffic(const Traffic& traffic, const MonitorConfig& monitor);

} // namespace had::core
