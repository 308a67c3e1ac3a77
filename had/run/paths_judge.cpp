// What follows from what the monitors have found: a doubt of a port, a fault file, an event.
#include "had/core/monitor/combine.hpp"
#include "had/core/service/facts.hpp"
#include "had/run/paths.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had {

using namespace core;

// Nearly every answer says what the one before it said.
void Paths::judge() {
    const bool news = std::any_of(watches_.begin(), watches_.end(),
                                  [](const auto& entry) { return entry.second.monitor->has_news(); });
    if (!news && !unsettled_) return;
    PathStates now;
    for (auto& [key, watch] : watches_) {
        const auto old = m_.paths.find(key.first);
        const MonitorState* known = nullptr;
        if (old != m_.paths.end())
            for (const MonitorState& state : old->second)
                if (state.monitor == key.second) known = &state;
        const bool fresh = watch.monitor->has_news() || !known;
        now[key.first].push_back(fresh ? MonitorState{key.second, watch.monitor->judge(run_.now())} : *known);
        add_strays(now[key.first].back().judgement, watch.monitor->config().kind);
    }
    for (auto& [key, watch] : watches_) watch.monitor->take_news();
    if (now == m_.paths && !unsettled_) return;
    unsettled_ = true;                        // until all that follows is done: any of it may throw
    m_.paths = std::move(now);
    m_.note_change();
    for (const BondConfig& bond : m_.config.bonds) {
        const auto states = m_.paths.find(bond.name);
        doubt(bond, states == m_.paths.end() ? std::vector<MonitorState>() : states->second);
    }
    failover_.act();
    for (const auto& [interface, states] : m_.paths) write_fault(interface, states);      // its disk may be slow
    tell();
    unsettled_ = false;
    run_.post_turn();
}

std::vector<Judged> Paths::judged(const std::vector<MonitorState>& states) const {
    std::vector<Judged> all;
    for (const MonitorState& state : states)
        if (const MonitorConfig* config = m_.config.monitor(state.monitor)) all.push_back({config, state.judgement});
    return all;
}

void Paths::doubt(const BondConfig& bond, const std::vector<MonitorState>& states) {
    const Link* link = m_.observed.link(bond.name);
    if (!link) return;
    std::vector<Ifindex> ports;
    for (const Ifindex index : m_.observed.slaves_of(link->index))
        if (const Link* port = m_.observed.link(index); port && port->up && port->carrier) ports.push_back(index);
    const PathVerdict together = combine(ports, judged(states));
    contradictions_[bond.name] = together.contradiction;
    for (std::size_t i = 0; i < ports.size(); ++i) {
        std::optional<Doubt> doubt;
        if (i < together.doubts.size() && together.doubts[i]) doubt = Doubt{Probe::path, together.doubts[i]->believed};
        if (hear_doubt(m_.standings, *m_.observed.link(ports[i]), &Standing::by_path, doubt, run_.now()))
            failover_.look_at(link->index);
    }
}

void Paths::write_fault(const std::string& interface, const std::vector<MonitorState>& states) {
    const Watched* watched = watched_of(interface);
    if (!watched || watched->fault_file.empty()) return;
    const std::optional<bool> known = fault(judged(states));
    if (known) faults_.say(watched->fault_file, *known);
}

namespace {

const MonitorState* find(const PathStates& states, const std::string& interface, const std::string& monitor) {
    const auto at = states.find(interface);
    if (at == states.end()) return nullptr;
    const auto state = std::find_if(at->second.begin(), at->second.end(),
                                    [&](const MonitorState& one) { return one.monitor == monitor; });
    return state == at->second.end() ? nullptr : &*state;
}

} // namespace

// What was told is kept as it is told: where one of them throws the rest is told by the next judgement.
void Paths::tell() {
    std::erase_if(lost_, [&](const auto& told) {
        const auto& [key, port] = told;
        const MonitorState* state = find(m_.paths, key.first, key.second);
        return !state || !state->of(port);
    });
    std::erase_if(held_, [&](const auto& told) { return !find(m_.paths, told.first.first, told.first.second); });
    for (const auto& [interface, states] : m_.paths)
        for (const MonitorState& now : states) {
            if (is_watched_service(interface)) continue;      // that it failed is told, with the words of its monitor
            tell_held(interface, now);
            for (const Finding& finding : now.judgement.ports) tell_port(interface, now, finding);
        }
    tell_contradictions();
}

void Paths::tell_contradictions() {
    const auto unknown = [&](const auto& entry) { return !m_.config.bond(entry.first); };
    std::erase_if(contradictions_, unknown);
    std::erase_if(contradictions_told_, unknown);
    for (const auto& [bond, found] : contradictions_) {
        std::string& told = contradictions_told_[bond];
        if (found == told) continue;
        Notice notice;
        notice.bond = bond;
        notice.text = found.empty() ? fmt::format("{}: its monitors contradict each other no more", bond)
                                    : fmt::format("{}: {}", bond, found);
        run_.say(found.empty() ? NoticeKind::far_end_back : NoticeKind::path_split,
                 found.empty() ? NoticeLevel::notice : NoticeLevel::warning, std::move(notice));
        told = found;
    }
}

// Of a port that a monitor loses: its bond tells of what follows.
void Paths::tell_port(const std::string& interface, const MonitorState& now, const Finding& finding) {
    const bool returning = finding.doubted && !finding.believed;       // after a silence of all
    const bool lost = finding.state == PathState::silent && !returning;
    if (lost ? !now.judgement.held.empty() : finding.state != PathState::good) return;
    const std::pair<Key, Ifindex> key{{interface, now.monitor}, finding.port};
    if (lost_.contains(key) == lost) return;
    const Link* link = m_.observed.link(finding.port);
    const PlacedPort* placed = m_.chassis().port(finding.port);
    Notice notice;
    if (m_.config.bond(interface)) notice.bond = interface;
    notice.interface = link ? link->name : "";
    notice.port = placed ? to_string(placed->name) : "";
    notice.slot = placed ? placed->name.slot : "";
    const std::string& name = placed ? notice.port : notice.interface;
    notice.text = lost ? fmt::format("{}: path {} of {} is lost: {}", name, now.monitor, interface, finding.text)
                       : fmt::format("{}: path {} of {} is back", name, now.monitor, interface);
    // Where the bond leaves the port for it, that the port is lost is told as well, and louder.
    const MonitorConfig* config = m_.config.monitor(now.monitor);
    const bool whole = notice.bond.empty() || notice.interface == notice.bond;
    const bool alone = !config || config->action == MonitorAction::tell || whole;
    run_.say(lost ? NoticeKind::path_lost : NoticeKind::path_back,
             !alone ? NoticeLevel::info : lost ? NoticeLevel::warning : NoticeLevel::notice, std::move(notice));
    if (lost) lost_.insert(key);
    else lost_.erase(key);
}

void Paths::tell_held(const std::string& interface, const MonitorState& now) {
    const std::string& held = now.judgement.held;
    std::string& told = held_[{interface, now.monitor}];
    if (held == told) return;
    Notice notice;
    if (m_.config.bond(interface)) notice.bond = interface;
    else notice.interface = interface;
    const MonitorConfig* config = m_.config.monitor(now.monitor);
    const bool mates = config && config->kind == MonitorKind::peer;
    notice.text = held.empty() ? fmt::format("{}: path {} can be judged again", interface, now.monitor)
                               : fmt::format("{}: path {}: {}", interface, now.monitor, held);
    run_.say(held.empty() ? NoticeKind::far_end_back : mates ? NoticeKind::path_split : NoticeKind::far_end_silent,
             held.empty() ? NoticeLevel::notice : NoticeLevel::warning, std::move(notice));
    told = held;
}

} // namespace had
