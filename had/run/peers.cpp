#include "had/run/peers.hpp"

#include "had/core/plan/peer.hpp"

#include <algorithm>
#include <utility>

namespace had {

using namespace core;

namespace {

// The kernel's settings are read so often: nobody announces them.
constexpr Duration between_looks = std::chrono::seconds(10);
// A complaint is about what still comes in.
constexpr Duration complaint_lasts = std::chrono::seconds(10);
// Of what comes from an address that is none of the LAN's, one packet in so long is worth a signature.
constexpr Duration between_strays = std::chrono::milliseconds(100);

// What of a section another session is needed for.
bool talks_the_same(PeerConfig a, PeerConfig b) {
    for (PeerConfig* one : {&a, &b}) {
        one->line = 0;
        one->keys.clear();
        one->service.reset();
        one->from.reset();
        one->prefixes.clear();
        one->shared.clear();
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
        at->second.shared.follow(m_.config, config);
        at->second.news = true;
        return true;
    }
    const std::size_t adopted = adopted_lan(config, m_.observed);
    const std::size_t used = known ? lan_in_use(at->second.session, config, adopted) : adopted;
    Peer fresh{config, PeerSession(config, network_.random(), run_.now(), used),
               std::vector<Way>(config.lans.size()), run_.now()};
    std::erase_if(m_.peers, [&](const auto& entry) { return entry.first == config.name; });
    ways_changed_ = true;
    if (known) fresh.shared = at->second.shared;
    fresh.shared.follow(m_.config, config);
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
    hosts_.clear();
    for (auto& [name, peer] : peers_)
        for (std::size_t lan = 0; lan < peer.ways.size(); ++lan) {
            const IpAddress& address = peer.config.lans[lan].address;
            hosts_.emplace(std::pair(peer.config.port, address), name);
            if (peer.ways[lan].link == 0) continue;
            const PeerSocketId socket{peer.ways[lan].link, address.family, peer.config.port};
            sockets.push_back(socket);
            whose_.try_emplace({socket, address}, name, lan);
        }
    std::sort(sockets.begin(), sockets.end());
    sockets.erase(std::unique(sockets.begin(), sockets.end()), sockets.end());
    if (sockets != sockets_ && !network_.listen(sockets)) return;     // again with the next turn
    sockets_ = std::move(sockets);
    scan_.keep(sockets_);
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
    follow_shared();
    find_links();
    settle();
}

// Where an address is used is in the sections of interfaces, and those may have changed alone.
void Peers::follow_shared() {
    for (auto& [name, peer] : peers_)
        if (!peer.config.shared.empty()) peer.shared.follow(m_.config, peer.config);
}

// Another part may have thrown when the file was taken, and then nobody was told of it.
void Peers::before_turn() {
    bool news = follow();
    if (news) find_links();                   // a session that knows no link yet calls the other host not heard
    if (m_.is_rearranged()) follow_shared();
    for (auto& [name, peer] : peers_) {
        if (peer.shared.empty()) continue;
        look_shared(peer);
        news = true;
    }
    if (news) settle();
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

// Each time that anything is heard of it: an address that both have must not wait for a clock.
void Peers::look_shared(Peer& peer) {
    if (peer.shared.empty()) return;
    peer.shared.look(run_, network_);
    peer.shared.judge(run_, peer.session, faults_);
    send(peer, peer.session.set_shared(peer.shared.words(), run_.now()));
    peer.news = true;
}

void Peers::ask() try {
    const TimePoint now = run_.now();
    armed_.reset();                           // it has fired
    std::vector<std::string> due;             // each of them once, whatever it asks for next
    for (auto at = queue_.begin(); at != queue_.end() && at->first <= now; ++at) due.push_back(at->second);
    for (const std::string& name : due) {
        Peer& peer = peers_.find(name)->second;
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
        look_shared(peer);
        settle(name, peer);
        schedule(name, peer, false);
    }
    arm();
} catch (...) {
    armed_ = run_.now() + again_after;
    run_.around.ask_peers_at(armed_);
    throw;
}

void Peers::schedule(const std::string& name, Peer& peer, bool sooner) {
    TimePoint at = peer.look;
    for (const auto due : {peer.session.next(), peer.shared.next()})
        if (due) at = std::min(at, *due);
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
    const auto [first, last] = hosts_.equal_range({datagram.socket.port, datagram.from});
    for (auto host = first; host != last; ++host) {
        const auto peer = peers_.find(host->second);
        for (std::size_t lan = 0; peer != peers_.end() && lan < peer->second.ways.size(); ++lan)
            if (peer->second.ways[lan].link == datagram.socket.link) return Whose(host->second, lan);
    }
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

std::variant<PeerPacket, PeerRefusal> Peers::open(const Peer& peer, std::span<const std::uint8_t> bytes) const {
    const auto envelope = peer_envelope(bytes);
    if (!envelope) return PeerRefusal::malformed;
    if (envelope->version != peer_packet_version) return PeerRefusal::version;
    const std::vector<PeerKey>& keys = peer.config.keys;
    const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const PeerKey& one) { return one.id == envelope->key; });
    const auto secret = key == keys.end() ? secrets_.end() : secrets_.find(key->path);
    if (secret == secrets_.end()) return PeerRefusal::key;
    if (!is_signed(bytes, secret->second)) return PeerRefusal::forged;
    const auto packet = decode_peer_packet(bytes);
    if (!packet) return PeerRefusal::malformed;
    return *packet;
}

// Nobody of this LAN has sent it: it tells nothing of the LAN but that the two are one.
void Peers::hear_stray(const std::string& name, Peer& peer, std::size_t lan, std::span<const std::uint8_t> bytes) {
    Way& way = peer.ways[lan];
    const TimePoint now = run_.now();
    if (now < way.stray_due) return complain(peer, lan, PeerRefusal::limited);
    way.stray_due = now + between_strays;
    const auto opened = open(peer, bytes);
    const auto* packet = std::get_if<PeerPacket>(&opened);
    complain(peer, lan, packet && peer.session.has_strayed(*packet) ? PeerRefusal::crossed : PeerRefusal::stale);
    settle(name, peer);
}

void Peers::hear(const PeerDatagram& datagram) {
    if (ways_changed_) listen();
    if (const auto envelope = peer_envelope(datagram.bytes); envelope && (envelope->scan || envelope->found))
        return hear_scan(datagram, *envelope);
    bool crossed = false;
    const auto from = whose(datagram, crossed);
    const auto at = from ? peers_.find(from->first) : peers_.end();
    if (at == peers_.end()) return;
    Peer& peer = at->second;
    const std::size_t lan = from->second;
    if (crossed) return hear_stray(at->first, peer, lan, datagram.bytes);
    const auto opened = open(peer, datagram.bytes);
    if (const auto* why = std::get_if<PeerRefusal>(&opened)) {
        complain(peer, lan, *why);
        return settle(at->first, peer);
    }
    const auto& packet = std::get<PeerPacket>(opened);
    const std::uint64_t before = peer.session.digest();
    PeerSession::Heard heard = peer.session.hear(lan, packet, run_.now());
    send(peer, heard.sends);
    if (heard.refused) complain(peer, lan, *heard.refused);
    std::optional<PeerRefusal>& complaint = peer.ways[lan].complaint;
    const bool over = complaint && complaint != PeerRefusal::crossed;
    if (over && peer.session.finding(lan).state == LanState::good) complaint.reset(), peer.news = true;
    peer.news = peer.news || before != peer.session.digest();
    if (before != peer.session.digest()) look_shared(peer);
    settle(at->first, peer);
    schedule(at->first, peer, true);          // a later time is found out by the earlier one
    arm();
}

void Peers::arm() {
    const auto next = queue_.empty() ? std::nullopt : std::optional(queue_.begin()->first);
    if (next == armed_) return;
    run_.around.ask_peers_at(next);
    armed_ = next;
}

void Peers::end() {
    for (auto& [name, peer] : peers_) send(peer, peer.session.leave(run_.now()));
}

} // namespace had
