#include "had/run/peer_scan.hpp"

#include "had/core/base/limits.hpp"
#include "had/run/peers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <tuple>
#include <utility>

namespace had {

using namespace core;

namespace {

constexpr Duration between_scans = std::chrono::seconds(1);
constexpr Duration scan_lasts = std::chrono::seconds(10);
// A socket looks at 20 words of strangers a second, and at 256 at once: so many may answer one scan.
constexpr Duration each_look = std::chrono::milliseconds(50);
constexpr int looks_at_once = limits::peers_found;
// Of so many keys of one number, which had.conf may have for one LAN, one is looked for.
constexpr std::size_t most_keys = 4;
constexpr std::size_t most_questions = 256;

} // namespace

bool PeerScan::begin(std::uint64_t number, TimePoint now) {
    if (number_ != 0 && now - begun_ < between_scans) return false;
    number_ = number;
    begun_ = now;
    found_.clear();
    return true;
}

bool PeerScan::waits_for(std::uint64_t number, TimePoint now) const {
    return number_ != 0 && number == number_ && now - begun_ <= scan_lasts;
}

void PeerScan::add(PeerFound found) {
    const auto same = [&](const PeerFound& one) { return one.lan == found.lan && one.address == found.address; };
    if (found_.size() < limits::peers_found && std::none_of(found_.begin(), found_.end(), same))
        found_.push_back(std::move(found));
}

bool PeerScan::may_look(const PeerSocketId& socket, TimePoint now) {
    TimePoint& full = full_[socket];
    if (full > now + each_look * (looks_at_once - 1)) return false;
    full = std::max(full, now) + each_look;
    return true;
}

void PeerScan::keep(const std::vector<PeerSocketId>& sockets) {
    std::erase_if(full_, [&](const auto& entry) {
        return std::find(sockets.begin(), sockets.end(), entry.first) == sockets.end();
    });
}

// Once a LAN and key.
std::string Peers::scan() {
    if (peers_.empty()) return "had.conf has no [peer]: a scan asks on the LANs of one, and signs with its key";
    const TimePoint now = run_.now();
    if (ways_changed_) listen();
    if (!scan_.begin(network_.random(), now)) return "the last scan has begun less than a second ago";
    std::set<std::tuple<PeerSocketId, std::string>> asked;
    std::string trouble = "no LAN of a [peer] is there, or no key could be read";
    bool any = false;
    for (const auto& [name, peer] : peers_) {
        if (peer.config.keys.empty()) continue;
        const PeerKey& key = peer.config.keys.front();
        const auto secret = secrets_.find(key.path);
        for (std::size_t lan = 0; lan < peer.ways.size() && secret != secrets_.end(); ++lan) {
            if (peer.ways[lan].link == 0 || asked.size() == most_questions) continue;
            const PeerLan& of_lan = peer.config.lans[lan];
            const PeerSocketId socket{peer.ways[lan].link, of_lan.address.family, peer.config.port};
            if (!asked.emplace(socket, key.path).second) continue;
            const PeerPacket question{.word = PeerWord::scan, .key = key.id, .session = scan_.number(), .sequence = 1};
            const int error = network_.shout(socket, encode(question, secret->second));
            if (error != 0) trouble = fmt::format("cannot ask on {}: {}", of_lan.on, std::strerror(error));
            any = any || error == 0;
        }
    }
    return any ? "" : trouble;
}

// A stranger's word is worth a look, and no more.
void Peers::hear_scan(const PeerDatagram& datagram, const PeerEnvelope& envelope) {
    if (envelope.version != peer_packet_version) return;
    const auto packet = decode_peer_packet(datagram.bytes);
    if (!packet) return;
    const bool expected = envelope.scan ? !scan_.is_own(packet->session)
                                        : scan_.waits_for(packet->your_session, run_.now());
    if (!expected || !scan_.may_look(datagram.socket, run_.now())) return;
    const auto known = whose_.find({datagram.socket, datagram.from});
    PeerFound found{.lan = {}, .interface = {}, .address = to_string(datagram.from),
                    .peer = known == whose_.end() ? "" : known->second.first, .knows = packet->uses,
                    .key = packet->key};
    if (const Link* link = m_.observed.link(datagram.socket.link)) found.interface = link->name;
    const Bytes* secret = nullptr;
    std::set<std::string> tried;
    for (const auto& [name, peer] : peers_)
        for (std::size_t lan = 0; lan < peer.ways.size() && !secret; ++lan) {
            if (peer.ways[lan].link != datagram.socket.link || peer.config.port != datagram.socket.port) continue;
            found.lan = peer.config.lans[lan].on;
            for (const PeerKey& key : peer.config.keys) {
                const auto at = secrets_.find(key.path);
                const bool fits = key.id == envelope.key && at != secrets_.end() && tried.size() < most_keys;
                if (fits && tried.insert(key.path).second && is_signed(datagram.bytes, at->second))
                    secret = &at->second;
            }
        }
    if (!secret) return;
    if (envelope.found) return scan_.add(std::move(found));
    const PeerPacket answer{.word = PeerWord::found, .key = envelope.key, .uses = known != whose_.end(),
                            .session = packet->session, .your_session = packet->session, .sequence = 1};
    network_.send(datagram.socket, datagram.from, encode(answer, *secret));
}

} // namespace had
