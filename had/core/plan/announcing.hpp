// Who has an address now, told to the neighbours of its interface.
//
// A neighbour keeps the MAC address that it has learnt for half a minute and longer.  A bond's is the same whatever
// its cards are, and the kernel announces its failovers.  The address of a plain port, or of a VLAN on one, has
// another MAC address with each card, and nobody else tells of that.  So does one that moves to another interface.
//
// It is told when it can be used (IPv6: when nobody else was found to have it) and its link carries, and again at
// growing intervals: a switch may not forward yet.  What a daemon finds when it starts its neighbours know.
#pragma once

#include "had/core/action/announcement.hpp"
#include "had/core/policy/situation.hpp"

#include <map>
#include <optional>
#include <vector>

namespace had::core {

inline constexpr unsigned announcements_each = 4;                         // at once, and after 1, 3 and 7 s
inline constexpr Duration announcement_pause = std::chrono::seconds(1);   // then twice as long, and so on

class Announcing {
public:
    void adopt(const Situation& situation);
    // What is to be told now.  `next` becomes the earlier of itself and the time of the next.
    std::vector<Announcement> due(const Situation& situation, std::optional<TimePoint>& next);
    // Whether something is still to be told: then it is due by time, or when its link has a carrier.
    [[nodiscard]] bool is_pending() const;

private:
    struct Place {
        Ifindex link = 0;
        Mac mac;
        friend bool operator==(const Place&, const Place&) = default;
    };
    struct Told {
        Place place;
        unsigned left = 0;
        TimePoint at{};
        Duration pause{};
    };
    static std::map<IpAddress, Place> places_of(const Situation& situation);

    std::map<IpAddress, Told> told_;          // of the addresses that had.conf has
};

} // namespace had::core
