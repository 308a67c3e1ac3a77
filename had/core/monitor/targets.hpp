// Targets through several ports: what each port's silence means beside the others.
//
// Ports are compared target by target.  A target that answers through no port tells nothing of a port, so it takes no
// part in the quorum: of two gateways one may be down for a week.  A port without a carrier is no witness and is not
// judged; its link says enough.
#pragma once

#include "had/core/monitor/track.hpp"

#include <span>

namespace had::core {

struct PortTracks {
    Ifindex port = 0;
    std::string name;                         // "12.0"
    bool carrier = false;
    std::vector<Track> tracks;                // one a target
    std::vector<IpAddress> targets;           // the same ones in the same order for all ports

    friend bool operator==(const PortTracks&, const PortTracks&) = default;
};

// A port is doubted when another meets the quorum and it does not.  What the other has heard before the question that
// made the port silent is no witness: when a target dies, the port that had lost one question before is silent first.
// It is believed when it would meet the quorum with
// those that once answered and are silent now.
Judgement judge_targets(std::span<const PortTracks> ports, const MonitorConfig& monitor);

} // namespace had::core
