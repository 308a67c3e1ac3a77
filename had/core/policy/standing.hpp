// How far a port can be trusted: what its link did, and what it has earned back since.
//
// A loss is believed at once; a return must be earned.  A port whose link went, for whatever reason and whoever
// reported it, is not preferred again before its link has been good for `rise`.  A port whose link goes again and
// again is damped as a router damps a route: each loss adds a penalty that halves every ten seconds, and a port
// above the upper mark is not preferred until the penalty has decayed below the lower one.  Neither keeps a port
// from serving when there is none better: the choice is made in failover.hpp.
//
// Nor is a port preferred before a monitor that has just begun could judge it: another daemon, or another file, may
// have left it for a path that is dead still.
//
// A `downdelay` of the file holds here too: until it has passed, a lost link still counts as good, unless the port
// itself is gone or was set down.
//
// A loss that the card's own registers report (sensing.hpp) is a loss like that of the carrier, often long before
// it.  When the carrier follows, it is no second loss.
#pragma once

#include "had/core/world/observed.hpp"
#include "had/core/world/probe.hpp"
#include "had/core/base/types.hpp"

#include <map>
#include <optional>

namespace had::core {

inline constexpr Duration default_rise = std::chrono::seconds(1);
inline constexpr Duration refusal_lasts = std::chrono::seconds(1);
inline constexpr Duration penalty_half_life = std::chrono::seconds(10);
inline constexpr double penalty_of_a_loss = 1000, penalty_damps = 2500, penalty_frees = 1000,
                        penalty_most = 8000;

// Of a card that is pulled first the links go, then the drivers, then the card, each reported by itself.  A port
// that was set down is left alone for this long: it may be on its way out, and a request would only wait behind its
// removal.
inline constexpr Duration leave_limit = std::chrono::seconds(1);

// A probe, or a monitor of its path, contradicts the carrier of a port.
struct Doubt {
    Probe by = Probe::mii;
    bool believed = false;                    // else the port is only not preferred

    friend bool operator==(const Doubt&, const Doubt&) = default;
};

struct Trust {                                // what the bond's section says, resolved
    Duration rise = default_rise;             // the longer of rise and updelay
    Duration downdelay{};
    bool damp = true;
};

struct Standing {
    bool link = false;                        // good: up, with carrier, and no doubt that is believed
    TimePoint since{};                        // when it became so
    bool earned = false;
    double penalty = 0;                       // as of `since`
    bool damped = false;
    std::optional<TimePoint> refused;         // when the kernel refused to make it active
    bool active = false;
    std::optional<TimePoint> retired;         // when it was no longer active, if it was
    std::optional<Doubt> by_card, by_path;    // what its card says, and what the monitors of its path say
    TimePoint judged{};                       // when a monitor that is new to it will have judged it
    std::optional<Probe> lost_by;             // who reported the last loss; nothing: the kernel

    // The graver one.
    [[nodiscard]] const std::optional<Doubt>& doubt() const {
        const bool path_counts = by_path && (!by_card || (by_path->believed && !by_card->believed));
        return path_counts ? by_path : by_card;
    }
    friend bool operator==(const Standing&, const Standing&) = default;
};

// What was heard of a slave.  When a port is heard of for the first time, only its present state is known: the daemon
// may just have started.  An active port counts as having earned its place.  True: something has changed.
bool hear_link(std::map<Ifindex, Standing>& standings, const Link& link, TimePoint now);
// How its card, or a monitor of its path, contradicts the carrier of a slave that was heard of; nothing: it does not.
// True: something has changed.
using DoubtSource = std::optional<Doubt> Standing::*;
bool hear_doubt(std::map<Ifindex, Standing>& standings, const Link& link, DoubtSource source,
                std::optional<Doubt> doubt, TimePoint now);

double penalty_at(const Standing& standing, TimePoint now);

// Whether the kernel has just refused to make it active; then it is not asked again at once.
bool is_refused(const Standing& standing, TimePoint now, std::optional<TimePoint>& next);

// Whether the port counts as good now, also by a downdelay; and whether it may be preferred.  `next` becomes the
// earlier of itself and the time at which the answer changes by time alone.
bool counts_as_good(const Standing& standing, const Link& link, const Trust& trust, TimePoint now,
                    std::optional<TimePoint>& next);
bool has_earned(const Standing& standing, const Trust& trust, TimePoint now,
                std::optional<TimePoint>& next);
// Whether it has a link, and its penalty keeps it back.
bool is_damped(const Standing& standing, const Trust& trust, TimePoint now);

} // namespace had::core
