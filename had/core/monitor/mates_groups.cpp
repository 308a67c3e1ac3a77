#include "had/core/monitor/mates_groups.hpp"

#include <algorithm>

namespace had::core {
namespace {

bool hear_each_other(const Mates& mates, std::size_t a, std::size_t b) {
    return way(mates, a, b).state == PathState::good && way(mates, b, a).state == PathState::good;
}

} // namespace

std::vector<Places> groups_of(const Mates& mates) {
    std::vector<Places> groups;
    std::vector<bool> placed(mates.ports.size());
    for (std::size_t first = 0; first < mates.ports.size(); ++first) {
        if (placed[first] || !mates.ports[first].carrier) continue;
        Places group{first};
        placed[first] = true;
        for (std::size_t at = 0; at < group.size(); ++at)
            for (std::size_t i = 0; i < mates.ports.size(); ++i) {
                if (placed[i] || !mates.ports[i].carrier || !hear_each_other(mates, group[at], i)) continue;
                placed[i] = true;
                group.push_back(i);
            }
        groups.push_back(group);
    }
    return groups;
}

std::vector<Places> largest_of(const std::vector<Places>& groups) {
    std::size_t most = 0;
    for (const Places& group : groups) most = std::max(most, group.size());
    std::vector<Places> largest;
    for (const Places& group : groups)
        if (group.size() == most) largest.push_back(group);
    return largest;
}

Finding finding_of(std::size_t place, const Places& group, const Mates& mates) {
    Finding finding;
    finding.port = mates.ports[place].port;
    std::optional<TimePoint> heard, silent;
    TimePoint anew{};
    for (std::size_t other = 0; other < mates.ports.size(); ++other) {
        if (other == place || !mates.ports[other].carrier) continue;
        const Track &out = way(mates, place, other), &in = way(mates, other, place);
        if (hear_each_other(mates, place, other)) earlier(heard, std::max(out.since, in.since));
        for (const Track* each : {&out, &in}) {
            if (each->state == PathState::silent) silent = std::max(silent.value_or(each->since), each->since);
            if (each->state == PathState::unproven) anew = std::max(anew, each->since);
        }
    }
    if (group.size() > 1) finding.state = PathState::good;
    else if (silent) finding.state = PathState::silent;
    finding.since = heard.value_or(silent.value_or(anew));
    return finding;
}

} // namespace had::core
