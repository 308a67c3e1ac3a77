#include "had/run/peers.hpp"

#include "had/core/plan/peer.hpp"
#include "had/run/peer_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had {

using namespace core;

namespace {

// The kernel's settings are read so often: nobody announces them.
constexpr Duration between_looks = std::chrono::seconds(10);
// A complaint is about what still comes in.
constexpr Duration complaint_lasts = std::chrono::seconds(10);

// What of a section another session is needed for.
bool talks_the_same(PeerConfig a, PeerConfig b) {
    for (PeerConfig* one : {&a, &b}) {
        one->line = 0;
        one->keys.clear();
        one->service.reset();
        one->from.reset();
        one->prefixes.clear();
        for (PeerLan& lan : one->lans) lan.line = 0;
    }
    return a == b;
}

// By which LAN of the new section the routes lead: by the one of before, where it still is one.
std::size_t lan_in_use(const PeerSession& before, const PeerConfig& now, std::size_t otherwise) {
    const PeerLan& used = before.config().lans[before.chosen()];
    for (std::size_t lan = 0; lan < now.lans.size(); ++lan)
        if (now.lans[lan].on == used.on && now.lans[lan].address == used.address) return lan;
    return otherwise;
}

} // namespace

// What was known of other LANs goes with the session: places in its list mean something else in another one.
bool Peers::follow(const PeerConfig& config) {
    const auto at = peers_.find(config.name);
    const bool known = at != peers_.end();
    if (known && at->second.config == config) return false;
    if (known && talks_the_same(at->second.config, config)) {
        at->second.config = config;
        at->second.news = true;
        return true;
    }
    const std::size_t adopted = adopted_lan(config, m_.observed);
    const std::size_t used = known ? lan_in_use(at->second.session, config, adopted) : adopted;
    Peer fresh{config, PeerSession(config, network_.random(), run_.now(), used),
               std::vector<Way>(config.lans.size()), run_.now()};
    std::erase_if(m_.peers, [&](const auto& entry) { return entry.first == config.name; });
    ways_changed_ = true;
    if (known) unschedule(config.name, at->second);
    peers_.insert_or_assign(config.name, std::move(fresh));
    return true;
}

bool Peers::follow() {
    const auto is_named = [&](const auto& entry) { return m_.config.peer(entry.first) != nullptr; };
    bool changed = false;
    for (auto at = peers_.begin(); at != peers_.end();) {
        if (is_named(*at)) {
            ++at;
            continue;
        }
        changed = ways_changed_ = true;
        unschedule(at->first, at->second);
        at = peers_.erase(at);
    }
    std::erase_if(m_.peers, [&](const auto& entry) { return !is_named(entry); });
    for (const PeerConfig& config : m_.config.peers) changed = follow(config) || changed;
    if (changed)
        std::erase_if(lost_, [&](const auto& lost) {
            const PeerConfig* peer = m_.config.peer(lost.first);
            return !peer || std::none_of(peer->lans.begin(), peer->lans.end(),
                                         [&](const PeerLan& lan) { return lan.on == lost.second; });
        });
    return changed;
}

void Peers::find_links() {
    for (auto& [name, peer] : peers_)
        for (std::size_t lan = 0; lan < peer.ways.size(); ++lan)
            find_link(peer, lan, m_.chassis().resolve(peer.config.lans[lan].on, m_.observed));
    if (ways_changed_) listen();              // what is sent at once has its socket
    for (auto& [name, peer] : peers_)
        for (std::size_t lan = 0; lan < peer.ways.size(); ++lan) see_link(peer, lan);
}

void Peers::listen() {
    std::vector<PeerSocketId> sockets;
    whose_.clear();
    for (auto& [name, peer] : peers_)
        for (std::size_t lan = 0; lan < peer.ways.size(); ++lan) {
            const IpAddress& address = peer.config.lans[lan].address;
            if (peer.ways[lan].link == 0) continue;
            const PeerSocketId socket{peer.ways[lan].link, address.family, peer.config.port};
            sockets.push_back(socket);
            whose_.try_emplace({socket, address}, name, lan);
        }
    std::sort(sockets.begin(), sockets.end());
    sockets.erase(std::unique(sockets.begin(), sockets.end()), sockets.end());
    if (sockets != sockets_) network_.listen(sockets);
    sockets_ = std::move(sockets);
    ways_changed_ = false;
}

void Peers::find_link(Peer& peer, std::size_t lan, Ifindex index) {
    Way& way = peer.ways[lan];
    if (!m_.observed.link(index)) index = 0;
    if (way.link == index) return;
    way = Way{.link = index, .complaint = {}, .refused = way.refused, .settings = {}};
    peer.look = run_.now();
    peer.news = ways_changed_ = true;
    send(peer, peer.session.set_link(lan, false, run_.now()));
}

void Peers::see_link(Peer& peer, std::size_t lan) {
    const Link* link = m_.observed.link(peer.ways[lan].link);
    const bool serves = link && link->up && link->carrier;
    peer.news = peer.news || peer.session.finding(lan).link != serves;
    send(peer, peer.session.set_link(lan, serves, run_.now()));
}

void Peers::hear_link(const Link& link) {
    bool any = false;
    for (auto& [name, peer] : peers_)
        for (std::size_t lan = 0; lan < peer.ways.size(); ++lan) {
            if (peer.ways[lan].link != link.index) continue;
            see_link(peer, lan);
            any = true;
        }
    if (any) settle();
}

void Peers::forget_gone_links() {
    for (auto& [name, peer] : peers_)
        for (std::size_t lan = 0; lan < peer.ways.size(); ++lan)
            if (!m_.observed.link(peer.ways[lan].link)) find_link(peer, lan, 0);
    if (ways_changed_) listen();
    settle();
}

// Another order of the LANs, before a plan is made of it.
void Peers::reload() {
    follow();
    find_links();
    settle();
}

// Another part may have thrown when the file was taken, and then nobody was told of it.
void Peers::before_turn() {
    if (follow()) settle();
}

void Peers::after_turn() {
    if (!m_.orders.pause) forget_left();      // a paused turn moves no routes
    find_links();
    settle();
    for (auto& [name, peer] : peers_) schedule(name, peer, false);
    arm();
}

void Peers::forget_left() {
    if (!any_left_) return;
    for (auto& [name, peer] : peers_)
        for (std::size_t lan = 0; lan < peer.ways.size(); ++lan) {
            const bool left = std::exchange(peer.ways[lan].left, false);
            const Link* link = left ? m_.observed.link(peer.ways[lan].link) : nullptr;
            if (link)
                executor_.make(ForgetNeighbour{{link->index, link->name}, peer.config.lans[lan].address},
                               "the routes lead by another LAN now");
        }
    any_left_ = false;
}

void Peers::look(Peer& peer) {
    if (run_.now() < peer.look) return;
    peer.look = run_.now() + between_looks;
    for (std::size_t lan = 0; lan < peer.ways.size(); ++lan) {
        Way& way = peer.ways[lan];
        const Link* link = m_.observed.link(way.link);
        if (!link || peer.config.lans[lan].address.family != IpFamily::v4) continue;
        LanSettings now = network_.settings(link->name);
        peer.news = peer.news || now != way.settings;
        way.settings = now;
    }
}

void Peers::ask() {
    const TimePoint now = run_.now();
    armed_.reset();                           // it has fired
    std::vector<std::string> due;             // each of them once, whatever it asks for next
    for (auto at = queue_.begin(); at != queue_.end() && at->first <= now; ++at) due.push_back(at->second);
    for (const std::string& name : due) {
        Peer& peer = peers_.find(name)->second;
        unschedule(name, peer);
        look(peer);
        for (Way& way : peer.ways)
            if (way.complaint && now - way.complained > complaint_lasts) {
                way.complaint.reset();
                peer.news = true;
            }
        if (const auto next = peer.session.next(); next && *next <= now) {
            send(peer, peer.session.step(now));
            peer.news = true;
        }
        settle(name, peer);
        schedule(name, peer, false);
    }
    arm();
}

void Peers::schedule(const std::string& name, Peer& peer, bool sooner) {
    TimePoint at = peer.look;
    if (const auto due = peer.session.next()) at = std::min(at, *due);
    if (peer.due == at || (sooner && peer.due && *peer.due <= at)) return;
    queue_.emplace(at, name);
    if (peer.due) queue_.erase({*peer.due, name});
    peer.due = at;
}

void Peers::unschedule(const std::string& name, Peer& peer) {
    if (peer.due) queue_.erase({*peer.due, name});
    peer.due.reset();
}

void Peers::send(Peer& peer, const std::vector<PeerSend>& sends) {
    const PeerConfig& config = peer.config;
    const auto secret = config.keys.empty() ? secrets_.end() : secrets_.find(config.keys.front().path);
    if (secret == secrets_.end()) return;
    for (const PeerSend& one : sends) {
        Way& way = peer.ways[one.lan];
        const IpAddress& to = config.lans[one.lan].address;
        PeerPacket packet = one.packet;
        packet.key = config.keys.front().id;
        const int error = way.link == 0 ? 0 : network_.send({way.link, to.family, config.port}, to,
                                                            encode(packet, secret->second));
        peer.news = peer.news || error != way.trouble;
        way.trouble = error;
    }
}

// By the address it comes from.  One of another LAN of the same peer tells that both LANs are one network.
std::optional<Peers::Whose> Peers::whose(const PeerDatagram& datagram, bool& crossed) const {
    const auto at = whose_.find({datagram.socket, datagram.from});
    crossed = at == whose_.end();
    if (!crossed) return at->second;
    for (const auto& [key, whose] : whose_)
        if (key.second == datagram.from && key.first.port == datagram.socket.port)
            for (const auto& [other, here] : whose_)
                if (other.first == datagram.socket && here.first == whose.first) return here;
    return std::nullopt;
}

void Peers::complain(Peer& peer, std::size_t lan, PeerRefusal refusal) {
    Way& way = peer.ways[lan];
    ++way.refused[static_cast<std::size_t>(refusal)];
    const bool counted_alone = refusal == PeerRefusal::stale || refusal == PeerRefusal::replayed ||
                               refusal == PeerRefusal::limited || refusal == PeerRefusal::malformed;
    const bool heard = peer.session.finding(lan).state == LanState::good;
    if (counted_alone || (heard && refusal != PeerRefusal::crossed)) return;
    way.complained = run_.now();
    if (way.complaint) return;                // the first is told: a stranger could make them change with each packet
    way.complaint = refusal;
    peer.news = true;
}

void Peers::hear(const PeerDatagram& datagram) {
    bool crossed = false;
    const auto from = whose(datagram, crossed);
    const auto at = from ? peers_.find(from->first) : peers_.end();
    if (at == peers_.end()) return;
    Peer& peer = at->second;
    const std::size_t lan = from->second;
    const auto refuse = [&](PeerRefusal why) {
        complain(peer, lan, why);
        settle(at->first, peer);
    };
    const auto envelope = peer_envelope(datagram.bytes);
    if (!envelope) return refuse(PeerRefusal::malformed);
    if (envelope->version != peer_packet_version) return refuse(PeerRefusal::version);
    const std::vector<PeerKey>& keys = peer.config.keys;
    const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const PeerKey& one) { return one.id == envelope->key; });
    const auto secret = key == keys.end() ? secrets_.end() : secrets_.find(key->path);
    if (secret == secrets_.end()) return refuse(PeerRefusal::key);
    if (!is_signed(datagram.bytes, secret->second)) return refuse(PeerRefusal::forged);
    const auto packet = decode_peer_packet(datagram.bytes);
    if (!packet) return refuse(PeerRefusal::malformed);
    if (crossed) return refuse(peer.session.has_strayed(*packet) ? PeerRefusal::crossed : PeerRefusal::stale);
    const std::uint64_t before = peer.session.digest();
    PeerSession::Heard heard = peer.session.hear(lan, *packet, run_.now());
    send(peer, heard.sends);
    if (heard.refused) complain(peer, lan, *heard.refused);
    std::optional<PeerRefusal>& complaint = peer.ways[lan].complaint;
    const bool over = complaint && complaint != PeerRefusal::crossed;
    if (over && peer.session.finding(lan).state == LanState::good) complaint.reset(), peer.news = true;
    peer.news = peer.news || before != peer.session.digest();
    settle(at->first, peer);
    schedule(at->first, peer, true);          // a later time is found out by the earlier one
    arm();
}

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
        if (link && config.lans.size() > 1) judge(way.settings, link->name, state);
        state.lans.push_back(std::move(finding));
    }
    return state;
}

void Peers::settle() {
    for (auto& [name, peer] : peers_) settle(name, peer);
}

void Peers::settle(const std::string& name, Peer& peer) {
    if (!std::exchange(peer.news, false)) return;
    PeerState now = state_of(peer);
    const auto known = m_.peers.find(name);
    if (known != m_.peers.end() && known->second == now) return;
    PeerState before;
    before.chosen = now.chosen;
    if (known != m_.peers.end()) before = std::move(known->second);
    if (before.chosen != now.chosen) {
        peer.ways[before.chosen].left = any_left_ = true;
        peer.ways[now.chosen].left = false;
    }
    m_.peers.insert_or_assign(name, now);
    m_.note_change();
    tell(peer.config, before, now);
    run_.post_turn();
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
    if (before.chosen == now.chosen) return;
    const bool lost = now.lans[before.chosen].lost();
    say(NoticeKind::peer_moved, lost ? NoticeLevel::warning : NoticeLevel::notice, now.chosen,
        fmt::format("peer {}: by {} now, was by {}", config.name, config.lans[now.chosen].on,
                    config.lans[before.chosen].on));
}

void Peers::arm() {
    const auto next = queue_.empty() ? std::nullopt : std::optional(queue_.begin()->first);
    if (next == armed_) return;
    run_.around.ask_peers_at(next);
    armed_ = next;
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

void Peers::end() {
    for (auto& [name, peer] : peers_) send(peer, peer.session.leave(run_.now()));
}

} // namespace had
