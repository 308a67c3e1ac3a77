#include "test/fake/far_peers.hpp"

#include <algorithm>
#include <cerrno>

namespace had::test {

using namespace core;

namespace {

const Bytes the_secret(32, 0x5a);

} // namespace

PeerSecrets FarPeers::secrets_of(const Config& config) {
    PeerSecrets secrets;
    for (const PeerConfig& peer : config.peers)
        for (const PeerKey& key : peer.keys) secrets[key.path] = the_secret;
    return secrets;
}

FarPeers::Far FarPeers::make(const PeerConfig& config) {
    PeerConfig far = config;
    far.role = PeerRole::responder;
    Far made{config, PeerSession(far, random(), loop_.now(), 0)};
    for (std::size_t lan = 0; lan < config.lans.size(); ++lan) made.session.set_link(lan, true, loop_.now());
    return made;
}

void FarPeers::take(const Config& config) {
    std::erase_if(peers_, [&](const auto& peer) { return !config.peer(peer.first); });
    for (const PeerConfig& peer : config.peers)
        if (const auto at = peers_.find(peer.name); at == peers_.end() || at->second.config.lans != peer.lans)
            peers_.insert_or_assign(peer.name, make(peer));
}

void FarPeers::start_again(const std::string& peer) {
    const PeerConfig config = peers_.at(peer).config;
    peers_.insert_or_assign(peer, make(config));
}

void FarPeers::bring(const Far& far, std::size_t lan, std::size_t on, const Bytes& bytes) {
    const PeerSocketId socket{links_[{far.config.name, on}], far.config.lans[lan].address.family, far.config.port};
    last_[{far.config.name, lan}] = bytes;
    loop_.post([this, socket, from = far.config.lans[lan].address, bytes] {
        const bool open = std::find(sockets_.begin(), sockets_.end(), socket) != sockets_.end();
        if (open && heard) heard({socket, from, bytes});
    });
}

void FarPeers::answer(const Far& far, const std::vector<PeerSend>& sends, const Bytes& secret) {
    for (PeerSend one : sends) {
        one.packet.key = far.config.keys.front().id;
        const Way& way = ways_[{far.config.name, one.lan}];
        if (way.back) bring(far, one.lan, way.strays.value_or(one.lan), encode(one.packet, secret));
    }
}

void FarPeers::forge(const std::string& peer, std::size_t lan) {
    PeerPacket packet{.session = 1, .sequence = 1, .lan = static_cast<std::uint8_t>(lan), .lost = 0xff};
    packet.key = peers_.at(peer).config.keys.front().id;
    bring(peers_.at(peer), lan, lan, encode(packet, Bytes(32, 0x11)));
}

void FarPeers::replay(const std::string& peer, std::size_t lan, std::size_t on) {
    const Bytes bytes = last_[{peer, lan}];
    bring(peers_.at(peer), lan, on, bytes);
}

void FarPeers::set_shared(const std::string& peer, const SharedWord& word) {
    Far& far = peers_.at(peer);
    answer(far, far.session.set_shared({{word, loop_.now()}}, loop_.now()), the_secret);
}

VrrpNote FarPeers::vrrp(const std::string& path) {
    const auto at = vrrp_.find(path);
    return at == vrrp_.end() ? VrrpNote{} : at->second;
}

// Every host of that LAN answers.
int FarPeers::shout(const PeerSocketId& socket, std::span<const std::uint8_t> bytes) {
    const auto question = decode_peer_packet(bytes);
    if (!question || !is_signed(bytes, the_secret)) return 0;
    for (auto& [name, far] : peers_)
        for (std::size_t lan = 0; lan < far.config.lans.size(); ++lan) {
            const Way& way = ways_[{name, lan}];
            if (links_[{name, lan}] != socket.link || !way.there || !way.back) continue;
            const PeerPacket found{.word = PeerWord::found, .key = question->key, .uses = true,
                                   .session = question->session, .your_session = question->session, .sequence = 1};
            bring(far, lan, lan, encode(found, the_secret));
        }
    return 0;
}

int FarPeers::send(const PeerSocketId& socket, const IpAddress& to, std::span<const std::uint8_t> bytes) {
    if (std::find(sockets_.begin(), sockets_.end(), socket) == sockets_.end()) return ENOTCONN;
    for (auto& [name, far] : peers_)
        for (std::size_t lan = 0; lan < far.config.lans.size(); ++lan) {
            if (far.config.lans[lan].address != to || far.config.port != socket.port) continue;
            links_[{name, lan}] = socket.link;
            answer(far, far.session.step(loop_.now()), the_secret);
            if (!ways_[{name, lan}].there || !is_signed(bytes, the_secret)) continue;
            if (const auto packet = decode_peer_packet(bytes))
                answer(far, far.session.hear(lan, *packet, loop_.now()).sends, the_secret);
        }
    return 0;
}

} // namespace had::test
