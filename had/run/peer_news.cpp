// What the peers at work have found, for the model, the log and who asks.
#include "had/run/peer_words.hpp"
#include "had/run/peers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace had {

using namespace core;

PeerState Peers::state_of(const Peer& peer) const {
    const PeerConfig& config = peer.config;
    PeerState state;
    state.chosen = peer.session.chosen();
    state.left = peer.session.left();
    const bool keyless = config.keys.empty() || !secrets_.contains(config.keys.front().path);
    if (keyless && !config.keys.empty())
        state.problems.push_back(fmt::format("its key {} could not be read when the file was taken: `hadctl reload` "
                                             "says why", config.keys.front().path));
    for (std::size_t lan = 0; lan < peer.ways.size(); ++lan) {
        const Way& way = peer.ways[lan];
        LanFinding finding = peer.session.finding(lan);
        finding.text = words_of(finding, state.left, way.link != 0, way.complaint, way.trouble);
        if (way.complaint)
            state.problems.push_back(complaint_of(config, lan, *way.complaint));
        const Link* link = m_.observed.link(way.link);
        if (link && config.lans.size() > 1 && !config.destinations().empty()) judge(way.settings, link->name, state);
        state.lans.push_back(std::move(finding));
    }
    state.shared = peer.shared.findings(config);
    return state;
}

void Peers::settle() {
    for (auto& [name, peer] : peers_) settle(name, peer);
}

void Peers::settle(const std::string& name, Peer& peer) {
    if (!peer.news) return;
    const PeerState now = state_of(peer);
    const auto known = m_.peers.find(name);
    if (known != m_.peers.end() && known->second == now) {
        peer.news = false;
        return;
    }
    run_.post_turn();                         // first: whatever throws, what is known is acted on
    PeerState before;
    before.chosen = now.chosen;
    if (known != m_.peers.end()) before = known->second;
    if (before.chosen != now.chosen) {
        peer.ways[before.chosen].left = any_left_ = true;
        peer.ways[now.chosen].left = false;
    }
    m_.peers.insert_or_assign(name, now);
    m_.note_change();
    peer.news = false;
    tell(peer.config, before, now);
}

void Peers::tell(const PeerConfig& config, const PeerState& before, const PeerState& now) {
    const auto say = [&](NoticeKind kind, NoticeLevel level, std::size_t lan, std::string text) {
        Notice notice;
        notice.peer = config.name;
        notice.interface = config.lans[lan].on;
        notice.text = std::move(text);
        if (kind == NoticeKind::peer_moved) {
            notice.from = config.lans[before.chosen].on;
            notice.to = config.lans[now.chosen].on;
        }
        run_.say(kind, level, std::move(notice));
    };
    for (std::size_t lan = 0; lan < now.lans.size(); ++lan) {
        const LanFinding& finding = now.lans[lan];
        const std::string& on = config.lans[lan].on;
        const bool was_usable = lan < before.lans.size() && before.lans[lan].usable();
        if (finding.lost() && was_usable && lost_.emplace(config.name, on).second)
            say(NoticeKind::peer_lan_lost, NoticeLevel::warning, lan,
                fmt::format("peer {}: LAN {} is lost: it {}", config.name, on, finding.text));
        else if (finding.usable() && lost_.erase({config.name, on}) > 0)
            say(NoticeKind::peer_lan_back, NoticeLevel::notice, lan,
                fmt::format("peer {}: LAN {} is back", config.name, on));
    }
    tell_shared(config, before, now);
    if (before.chosen == now.chosen) return;
    const bool lost = now.lans[before.chosen].lost();
    say(NoticeKind::peer_moved, lost ? NoticeLevel::warning : NoticeLevel::notice, now.chosen,
        fmt::format("peer {}: by {} now, was by {}", config.name, config.lans[now.chosen].on,
                    config.lans[before.chosen].on));
}

// What a start finds is no news.
void Peers::tell_shared(const PeerConfig& config, const PeerState& before, const PeerState& now) {
    for (const SharedFinding& one : now.shared) {
        const auto old = std::find_if(before.shared.begin(), before.shared.end(),
                                      [&](const SharedFinding& other) { return other.address == one.address; });
        if (old == before.shared.end() || old->here.has == one.here.has) continue;
        Notice notice;
        notice.peer = config.name;
        notice.interface = one.interface;
        notice.text = fmt::format("{}, shared with {}, is {}{}", to_string(one.address), config.name,
                                  one.here.has ? "on this host now" : "not on this host any more",
                                  one.text.empty() ? "" : ": " + one.text);
        run_.say(one.here.has ? NoticeKind::pair_taken : NoticeKind::pair_left, NoticeLevel::notice,
                 std::move(notice));
    }
}

std::vector<PeerReport> Peers::report(std::string_view name) const {
    std::vector<PeerReport> all;
    for (const PeerConfig& config : m_.config.peers) {
        const auto at = peers_.find(config.name);
        if (at == peers_.end() || (!name.empty() && config.name != name)) continue;
        const Peer& peer = at->second;
        const PeerState state = state_of(peer);
        for (std::size_t lan = 0; lan < peer.ways.size(); ++lan) {
            PeerReport report;
            report.peer = config.name;
            report.lan = peer.config.lans[lan].on;
            if (const Link* link = m_.observed.link(peer.ways[lan].link)) report.interface = link->name;
            report.address = to_string(peer.config.lans[lan].address);
            peer.session.report(lan, run_.now(), report);
            report.refused = peer.ways[lan].refused;
            report.text = state.lans[lan].text;
            all.push_back(std::move(report));
        }
    }
    return all;
}

} // namespace had
