#include "had/core/plan/announcing.hpp"

#include "had/core/plan/plan.hpp"

#include <algorithm>

namespace had::core {
namespace {

bool carries(const Link* link) { return link && link->up && link->carrier; }

} // namespace

// A bond's MAC address moves with its ports where had.conf says so, and the kernel tells of that.
std::map<IpAddress, Announcing::Place> Announcing::places_of(const Situation& s) {
    std::map<IpAddress, Place> places;
    for (const auto& [index, addresses] : s.observed.addresses) {
        const Link* link = s.observed.link(index);
        const Addressing* net = link ? net_of(s, *link) : nullptr;
        if (!net) continue;
        for (const Address& address : addresses) {
            const auto& wanted = net->addresses;
            if (address.tentative || std::find(wanted.begin(), wanted.end(), address.prefix) == wanted.end()) continue;
            places.try_emplace(address.prefix.address, Place{index, link->bond ? Mac{} : link->address});
        }
    }
    return places;
}

void Announcing::adopt(const Situation& s) {
    for (const auto& [address, place] : places_of(s)) told_[address] = {place, 0, {}, {}};
}

bool Announcing::is_pending() const {
    return std::any_of(told_.begin(), told_.end(), [](const auto& entry) { return entry.second.left > 0; });
}

std::vector<Announcement> Announcing::due(const Situation& s, std::optional<TimePoint>& next) {
    std::vector<Announcement> now;
    for (const auto& [address, place] : places_of(s)) {
        Told& told = told_[address];
        if (told.place != place) told = {place, announcements_each, s.now, announcement_pause};
        const Link* link = s.observed.link(place.link);
        if (told.left == 0 || !carries(link)) continue;
        if (s.now >= told.at) {
            now.push_back({{link->index, link->name}, link->address, address});
            told.left -= 1;
            told.at = s.now + told.pause;
            told.pause *= 2;
        }
        if (told.left > 0) earlier(next, told.at);
    }
    return now;
}

} // namespace had::core
