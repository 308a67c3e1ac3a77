#include "had/core/monitor/traffic.hpp"

#include "had/core/base/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::core {
namespace {

constexpr unsigned windows_of_a_verdict = 2;

// True: a first window below the mark.
bool end_window(Flow& flow, std::uint32_t low_water, TimePoint now) {
    if (!flow.carrier || !flow.began_at || flow.count < *flow.began_at) return false;
    const bool reached = flow.count - *flow.began_at >= low_water;
    unsigned &same = reached ? flow.above : flow.below, &other = reached ? flow.below : flow.above;
    other = 0;
    if (++same == 1) flow.since = now;
    flow.proven = flow.proven || reached;
    return flow.active && flow.proven && flow.below == 1;
}

bool hears(const Flow& flow) { return flow.carrier && flow.above >= windows_of_a_verdict; }
bool is_silent(const Flow& flow) {
    return flow.carrier && flow.active && flow.proven && flow.below >= windows_of_a_verdict;
}

Finding find(const Flow& flow) {
    Finding finding;
    finding.port = flow.port;
    finding.since = flow.since;
    if (!flow.carrier || !flow.proven || (!flow.active && flow.below > 0)) return finding;
    finding.state = is_silent(flow) ? PathState::silent : PathState::good;
    return finding;
}

std::string too_little(const MonitorConfig& monitor) {
    const std::string within = print_duration(monitor.interval * monitor.fall * windows_of_a_verdict);
    return monitor.low_water == 1 ? fmt::format("no packet in {}", within)
                                  : fmt::format("fewer than {} packets in {}", monitor.low_water, within);
}

} // namespace

void begin_anew(Flow& flow, TimePoint now) {
    flow.began_at.reset();
    flow.proven = false;
    flow.below = flow.above = 0;
    flow.since = now;
}

bool note_look(Traffic& traffic, const MonitorConfig& monitor, TimePoint now, bool late) {
    bool hint = false;
    for (Flow& flow : traffic.ports) {
        if (!late) hint = end_window(flow, monitor.low_water, now) || hint;
        flow.began_at = flow.count;
    }
    return hint;
}

Judgement judge_traffic(const Traffic& traffic, const MonitorConfig& monitor) {
    const bool heard = std::any_of(traffic.ports.begin(), traffic.ports.end(), hears);
    Judgement judgement;
    bool good = false, silent = false;
    for (const Flow& flow : traffic.ports) {
        Finding finding = find(flow);
        good = good || finding.state == PathState::good;
        if (finding.state == PathState::silent) {
            silent = true;
            finding.doubted = finding.believed = heard;
            finding.text = too_little(monitor);
        }
        judgement.ports.push_back(finding);
    }
    judgement.silent = silent && !good;
    if (silent && !heard) judgement.held = "no other port hears more";
    return judgement;
}

} // namespace had::core
