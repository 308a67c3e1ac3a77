// The ports of a bond that hear each other: each is sent to by each other through the switch, and asks no host.
//
// A loss between two ports has one of two ends.  Three ports and more decide it among themselves: those that still hear
// each other are right.  Two need a third voice, a frame of somebody else.  A port that hears one after the loss began
// receives, so it is acquitted; what it heard before proves nothing, and was wrong when it was tried.  A port is
// convicted when the other is acquitted and it has itself heard nobody for a while (`patience`), though it did before.
// With nobody else on the wire the verdict stays open, and nothing is moved.
//
// A mate that is still heard counts as a witness only by what was heard after the loss was told: what is about to be
// lost too must not convict others first.  When all die together, their losses are told one after the other.
//
// What a switch says of its own accord (spanning tree, LLDP) is a frame of somebody else too.
#pragma once

#include "had/core/monitor/track.hpp"

#include <span>

namespace had::core {

// Frames of others that a port receives, as its counter shows from look to look.
struct Foreign {
    std::optional<TimePoint> looked;          // the last look
    std::uint64_t count = 0;                  // at that look
    std::optional<TimePoint> heard;           // after this time somebody was heard: the look before the one that saw it
    Duration gap{};                           // how long it is usually still
    bool unread = false;                      // its counter could not be read at the last look: it may have heard many

    friend bool operator==(const Foreign&, const Foreign&) = default;
};
// `count`: frames received, less those of the mates; these are counted after the counter was read, so that none that
// is still on its way counts as foreign.  A count that went back tells nothing.
void note_foreign(Foreign& foreign, std::uint64_t count, TimePoint now);
// How long a port that used to hear others must be still before that says something.
Duration patience(const Foreign& foreign);

struct Mate {
    Ifindex port = 0;
    std::string name;                         // "12.0"
    bool carrier = false;
    std::vector<Track> hears;                 // what came of the frames of each other port, by place; its own is unused
    Foreign foreign;                          // since its carrier came

    friend bool operator==(const Mate&, const Mate&) = default;
};

// By place in the bond.  The frame from i to j is a question of ports[j].hears[i], which its arrival answers.
struct Mates {
    std::vector<Mate> ports;

    friend bool operator==(const Mates&, const Mates&) = default;
};

// The carrier of a port came or went: what it hears and who hears it begins anew.
void begin_anew(Mates& mates, std::size_t place, TimePoint now, bool adopted = false);

// `next` becomes the earlier of itself and the time at which the verdict may change by time alone.
Judgement judge_mates(const Mates& mates, const MonitorConfig& monitor, TimePoint now, std::optional<TimePoint>& next);

} // namespace had::core
