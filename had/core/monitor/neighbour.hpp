// The switch at the other end of a port's cable, as LLDP tells it.
//
// What is known belongs to the place: after an exchange of the card it can be told that its cable ends elsewhere.  The
// first one that is heard counts until it falls silent or the link goes: who else speaks on the same wire changes
// nothing, however often.
#pragma once

#include "had/core/base/types.hpp"
#include "had/core/monitor/lldp.hpp"

#include <map>
#include <optional>
#include <string>

namespace had::core {

struct Neighbour {
    std::string system, port;                 // as last heard
    std::string since;                        // when it was first heard there
    std::string was;                          // "sw1 Gi0/1": the one before it; or empty
    bool heard = false;                       // it holds now: the link is up, and its time is not over
    Mac from;
    TimePoint until{}, changed{};

    [[nodiscard]] std::string name() const { return system + (port.empty() ? "" : " " + port); }
    friend bool operator==(const Neighbour&, const Neighbour&) = default;
};
using Neighbourhood = std::map<PortName, Neighbour>;

enum class NeighbourNews : std::uint8_t { none, known, changed };      // known: heard for the first time, or again
// `date`: now, as people read it.
NeighbourNews hear(Neighbour& neighbour, const LldpWord& word, const Mac& from, TimePoint now, const std::string& date);
// Its time is over, or the link has gone.  What was last heard stays, for the next one.
inline void fall_silent(Neighbour& neighbour) { neighbour.heard = false; }

} // namespace had::core
