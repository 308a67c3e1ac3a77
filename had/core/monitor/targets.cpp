#include "had/core/monitor/targets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace had::core {
namespace {

using Places = std::vector<std::size_t>;      // of targets

std::size_t targets_of(std::span<const PortTracks> ports) {
    std::size_t count = ports.empty() ? 0 : ports.front().tracks.size();
    for (const PortTracks& port : ports) count = std::min({count, port.tracks.size(), port.targets.size()});
    return count;
}

// The targets that some port with a carrier finds in that state.
Places found(std::span<const PortTracks> ports, PathState state) {
    Places places;
    for (std::size_t i = 0; i < targets_of(ports); ++i)
        if (std::any_of(ports.begin(), ports.end(),
                        [&](const PortTracks& port) { return port.carrier && port.tracks[i].state == state; }))
            places.push_back(i);
    return places;
}

std::vector<TimePoint> times(const PortTracks& port, const Places& targets, bool good) {
    std::vector<TimePoint> since;
    for (const std::size_t i : targets)
        if ((port.tracks[i].state == PathState::good) == good) since.push_back(port.tracks[i].since);
    std::sort(since.begin(), since.end());
    return since;
}

// What a port finds of these targets, of which `needed` must answer (at least one, at most all).
Finding find(const PortTracks& port, const Places& targets, std::size_t needed) {
    Finding finding;
    const std::vector<TimePoint> good = times(port, targets, true), bad = times(port, targets, false);
    const auto silent = static_cast<std::size_t>(std::count_if(targets.begin(), targets.end(), [&](std::size_t i) {
        return port.tracks[i].state == PathState::silent;
    }));
    if (good.size() >= needed) {
        finding.state = PathState::good;
        finding.since = good[needed - 1];
    } else {
        finding.state = good.size() + silent >= needed ? PathState::silent : PathState::unproven;
        finding.since = bad[targets.size() - needed];
    }
    return finding;
}

// Stays the same from one round to the next: no counts and no times.
std::string words_for(const PortTracks& port, const Places& targets, const MonitorConfig& monitor) {
    std::vector<std::string> silent, never;
    for (const std::size_t i : targets) {
        const Track& track = port.tracks[i];
        if (track.state == PathState::good) continue;
        (track.state == PathState::silent || track.adopted ? silent : never).push_back(to_string(port.targets[i]));
    }
    std::vector<std::string> words;
    if (!silent.empty()) words.push_back(fmt::format("no answer from {}", fmt::join(silent, " and ")));
    if (!never.empty())
        words.push_back(fmt::format("not {} {} from {} since the link came", monitor.rise,
                                    monitor.rise == 1 ? "answer" : "answers in a row", fmt::join(never, " and ")));
    return fmt::format("{}", fmt::join(words, "; "));
}

// A port that was found serving is judged when it has been asked often enough.
bool is_too_early(const PortTracks& port, const Places& targets, const MonitorConfig& monitor) {
    return std::any_of(targets.begin(), targets.end(), [&](std::size_t i) {
        const Track& track = port.tracks[i];
        return track.state == PathState::unproven && track.adopted && !is_lost(track, monitor);
    });
}

// When a far end comes back it answers through one port before the other: that is no reason to move.
bool is_returning(const PortTracks& port, const Places& targets) {
    return std::any_of(targets.begin(), targets.end(), [&](std::size_t i) {
        return port.tracks[i].state == PathState::silent && port.tracks[i].answered_in_row > 0;
    });
}

// When the last of the questions was asked that made it silent.
TimePoint fell(const PortTracks& port, const Places& targets) {
    TimePoint last{};
    for (const std::size_t i : targets) last = std::max(last, port.tracks[i].fell.value_or(TimePoint{}));
    return last;
}

// Whether a port meets the quorum by what it has heard since.
bool has_witness(std::span<const PortTracks> ports, const Places& targets, std::size_t needed, TimePoint since) {
    return std::any_of(ports.begin(), ports.end(), [&](const PortTracks& port) {
        const auto heard = [&](std::size_t i) {
            const Track& track = port.tracks[i];
            return track.state == PathState::good && (since == TimePoint{} || track.heard >= since);
        };
        return port.carrier && static_cast<std::size_t>(std::count_if(targets.begin(), targets.end(), heard)) >= needed;
    });
}

std::string silent_everywhere(std::span<const PortTracks> ports, const Places& silent, const Places& answering) {
    std::vector<std::string> names;
    for (const std::size_t i : silent)
        if (std::find(answering.begin(), answering.end(), i) == answering.end())
            names.push_back(to_string(ports.front().targets[i]));
    return names.empty() ? "" : fmt::format("no port has an answer from {}", fmt::join(names, " and "));
}

} // namespace

Judgement judge_targets(std::span<const PortTracks> ports, const MonitorConfig& monitor) {
    const Places answering = found(ports, PathState::good), silent = found(ports, PathState::silent),
                 unproven = found(ports, PathState::unproven);
    const Places& asked = !answering.empty() ? answering : !silent.empty() ? silent : unproven;
    const std::size_t needed =
        monitor.quorum == quorum_all ? asked.size() : std::min<std::size_t>(monitor.quorum, asked.size());

    Judgement judgement;
    std::size_t carriers = 0;
    bool met = false, proven = answering.empty() && !silent.empty();
    for (const PortTracks& port : ports) {
        Finding finding;
        if (port.carrier && needed > 0) finding = find(port, asked, needed);
        finding.port = port.port;
        carriers += port.carrier;
        met = met || finding.state == PathState::good;
        proven = proven || finding.state == PathState::silent;
        judgement.ports.push_back(finding);
    }
    for (std::size_t i = 0; i < ports.size(); ++i) {
        Finding& finding = judgement.ports[i];
        if (!ports[i].carrier || finding.state == PathState::good) continue;
        finding.doubted = met && !is_too_early(ports[i], asked, monitor) &&
                          has_witness(ports, asked, needed, fell(ports[i], asked));
        finding.believed = finding.doubted && finding.state == PathState::silent && !is_returning(ports[i], asked);
        finding.text = words_for(ports[i], asked, monitor);
    }
    judgement.silent = !met && proven;
    if (met) judgement.held = silent_everywhere(ports, silent, answering);
    else if (judgement.silent && carriers == 1) judgement.held = "there is no other port to compare with";
    else if (judgement.silent)
        judgement.held = answering.empty() ? "the far end is silent" : "no port reaches enough targets";
    return judgement;
}

} // namespace had::core
