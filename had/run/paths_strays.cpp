// Frames that come in by a monitor's transport and answer none of its questions: of other hosts, of a switch that
// floods, of somebody who pretends.  They are believed in nothing, counted, and told where they last.
#include "had/run/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace had {

using namespace core;

namespace {

constexpr Duration between_looks = std::chrono::seconds(10);
// Fewer between two looks are a switch that learns where somebody is.
constexpr std::uint64_t many = 10;

std::string_view name_of(Transport transport) {
    return transport == Transport::arp ? "ARP replies" : transport == Transport::nd ? "advertisements" : "peer frames";
}

} // namespace

void Paths::note_strays(const Answer& answer, unsigned count) {
    strays_[{answer.port, answer.transport}].count += count;
}

// What the status tells of them is as of the last look: a flood must not make a turn for each frame.
void Paths::show_strays() {
    if (strays_.empty() || run_.now() < look_at_strays_) return;
    look_at_strays_ = run_.now() + between_looks;
    for (auto& [at, strays] : strays_) {
        const std::uint64_t more = strays.count - strays.shown;
        const bool last = more >= many && strays.came;
        if (last && !strays.told) tell_strays(at.first, at.second, more);
        strays.told = last || (strays.told && more >= many);
        strays.came = more >= many;
        strays.shown = strays.count;
        unsettled_ = unsettled_ || more > 0;
    }
}

void Paths::tell_strays(Ifindex port, Transport transport, std::uint64_t count) {
    for (const auto& [key, watch] : watches_) {
        const auto at = std::find_if(watch.ports.begin(), watch.ports.end(),
                                     [&](const WatchedPort& one) { return one.index == port; });
        if (at == watch.ports.end() || transport_of(watch.monitor->config().kind) != transport) continue;
        run_.log(NoticeLevel::warning,
                 fmt::format("{}: at least {} {} in some {} s answer no question of monitor {} of {} through it, "
                             "and are not believed: a switch floods (a hub, a loop, a stale table), or another host "
                             "forges them",
                             at->name, count, name_of(transport), between_looks / std::chrono::seconds(1),
                             key.second, key.first));
        return;
    }
}

void Paths::add_strays(Judgement& judgement, MonitorKind kind) const {
    const auto transport = transport_of(kind);
    if (!transport) return;
    for (Finding& finding : judgement.ports)
        if (const auto at = strays_.find({finding.port, *transport}); at != strays_.end())
            finding.stray = at->second.shown;
}

std::uint64_t Paths::strays_of(const Watch& watch, const std::string& port) const {
    const auto transport = transport_of(watch.monitor->config().kind);
    const auto one = std::find_if(watch.ports.begin(), watch.ports.end(),
                                  [&](const WatchedPort& each) { return each.name == port; });
    if (!transport || one == watch.ports.end()) return 0;
    const auto at = strays_.find({one->index, *transport});
    return at == strays_.end() ? 0 : at->second.count;
}

} // namespace had
