#include "had/core/monitor/monitor.hpp"

#include "had/core/monitor/kinds.hpp"

#include <algorithm>

namespace had::core {

namespace {

using Make = std::unique_ptr<Monitor> (*)(const MonitorConfig&, const MonitorPlace&);
// As MonitorKind has them.
constexpr Make makers[] = {make_asking, make_asking, make_asking, make_asking,
                           make_peer,   make_traffic, make_exec,  make_file};
static_assert(std::size(makers) == monitor_kind_rules.size());

Rounds::Pace pace_of(const MonitorConfig& config) {
    if (config.kind == MonitorKind::traffic) return {config.interval * config.fall, config.waits()};      // a window
    return {config.interval, config.waits()};
}

} // namespace

Monitor::Monitor(MonitorConfig config) : rounds_(pace_of(config)), config_(std::move(config)) {}

void Monitor::take(MonitorConfig config, TimePoint now) {
    config_ = std::move(config);
    rounds_.take(pace_of(config_), now);
    note_news(true);
}

std::unique_ptr<Monitor> make_monitor(const MonitorConfig& config, const MonitorPlace& place) {
    return makers[static_cast<std::size_t>(config.kind)](config, place);
}

std::optional<Transport> transport_of(MonitorKind kind) {
    switch (kind) {
    case MonitorKind::arp: return Transport::arp;
    case MonitorKind::nd: return Transport::nd;
    case MonitorKind::icmp: return Transport::echo;
    case MonitorKind::udp: return Transport::udp;
    case MonitorKind::peer: return Transport::peer;
    case MonitorKind::exec: return Transport::program;
    case MonitorKind::traffic:
    case MonitorKind::file: break;
    }
    return std::nullopt;
}

std::vector<Mac> addresses_beside(const std::vector<WatchedPort>& ports, const WatchedPort& port) {
    std::vector<Mac> others;
    for (const WatchedPort& other : ports)
        if (other.mac != port.mac) others.push_back(other.mac);
    return others;
}

std::uint32_t long_size(const MonitorConfig& config, const WatchedPort& port) {
    if (!config.size) return 0;
    return *config.size == size_mtu ? port.mtu : std::min(*config.size, port.mtu);
}

Judgement judge_alike(const std::vector<WatchedPort>& ports, PathState state, TimePoint since,
                      const std::string& text) {
    Judgement judgement;
    judgement.silent = state == PathState::silent;
    for (const WatchedPort& port : ports)
        judgement.ports.push_back(
            {.port = port.index, .state = state, .since = since, .doubted = false, .believed = false, .text = text});
    return judgement;
}

PathReport report_of(const std::string& port, std::string who, const Track& track, TimePoint now) {
    PathReport report;
    report.port = port;
    report.who = std::move(who);
    report.state = track.state;
    report.lasts = now - track.since;
    if (track.heard) report.heard = now - *track.heard;
    report.sent = track.sent;
    report.answered = track.answered;
    report.lost = track.lost;
    report.voided = track.voided;
    report.round_trip = track.round_trip;
    return report;
}

} // namespace had::core
