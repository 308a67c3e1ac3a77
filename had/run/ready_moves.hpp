// What will be asked for when the active port of a bond loses its link: decided beforehand, and encoded.
//
// At the end of a turn each bond's question is put to failover_of() itself, of the world as it is but for that link.
// The answer holds until something is heard of the bond or its ports, something else has happened that a choice can
// depend on (Model::touched), or the time has come at which time alone would change it.  If the next that is heard of
// the bond is just that loss, the request is sent as it lies there.  In all other cases the question is put anew.
#pragma once

#include "had/core/action/kernel.hpp"
#include "had/run/run.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>

namespace had {

class ReadyMoves {
public:
    explicit ReadyMoves(Run& run) : run_(run), m_(run.model) {}

    struct Move {
        core::Ifindex port = 0;               // that is active
        core::Mac address = {}, permanent = {};        // by which the other ports are judged, too
        core::Action action = {};
        std::optional<core::TimePoint> until = {};
        bool lost = false;                    // its link is gone, and nothing else has been heard of the bond
        std::unique_ptr<core::Prepared> request = {};

        [[nodiscard]] bool ends_by(core::TimePoint now) const { return until && now >= *until; }
    };

    void get_ready();
    // A link was heard, and is folded.
    void hear_link(const core::Link& link);
    // The bond's, which has lost its active port; taken once.  Nothing: it is to be asked anew.
    std::optional<Move> take(core::Ifindex bond);

private:
    [[nodiscard]] bool is_touched(core::Ifindex bond) const;
    std::set<core::Ifindex> drop_old();
    void get_ready(const core::BondConfig& bond, core::Link& link);

    Run& run_;
    Model& m_;
    std::map<core::Ifindex, Move> moves_;     // by bond
    std::set<core::Ifindex> without_;         // bonds of which nothing could be made ready
    Touched::Mark read_;                      // what was touched when they were made ready
};

} // namespace had
