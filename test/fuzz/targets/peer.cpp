// What comes from other hosts: any bytes are refused or say what can be, and whatever somebody with the key says, in
// any order, costs a bounded number of answers and comes to rest.
#include "had/core/peer/key.hpp"
#include "had/core/peer/session.hpp"
#include "test/fuzz/draw.hpp"
#include "test/fuzz/target.hpp"

#include <array>

namespace had::test {
namespace {

using namespace core;

const Bytes secret(32, 0x42);

PeerPacket any_packet(Draw& draw, const std::optional<PeerPacket>& known) {
    PeerPacket p;
    p.word = draw.flag() ? PeerWord::answer : PeerWord::inquiry;
    p.key = draw.byte();
    p.uses = draw.flag();
    p.leaving = draw.flag();
    p.session = draw.flag() ? 7 : draw.number<std::uint64_t>() | 1;
    p.your_session = known && draw.flag() ? known->session : draw.number<std::uint64_t>();
    p.sequence = draw.flag() ? draw.byte() | 1U : draw.number<std::uint32_t>() | 1U;
    p.your_sequence = known && draw.flag() ? known->sequence : draw.number<std::uint32_t>();
    p.interval = draw.number<std::uint32_t>();
    p.state = static_cast<LanState>(draw.byte() % 3);
    p.your_state = static_cast<LanState>(draw.byte() % 3);
    p.lan = draw.byte() % 4;
    p.lost = draw.byte();
    p.time = draw.number<std::uint64_t>();
    for (unsigned i = draw.byte() % 4; i > 0; --i)
        p.shared.push_back({.id = draw.byte() % 3U, .has = draw.flag(), .kept = draw.flag(), .gone = draw.flag(),
                            .word = static_cast<VrrpWord>(draw.byte() % vrrp_word_names.size()),
                            .lasts = draw.number<std::uint32_t>()});
    return p;
}

void check_bytes(std::span<const std::uint8_t> bytes) {
    const auto envelope = peer_envelope(bytes);
    if (!envelope) return;
    must(bytes.size() >= peer_packet_size && bytes.size() <= peer_packet_most, "a packet has bounds");
    if (const auto packet = decode_peer_packet(bytes)) {
        const Bytes again = encode(*packet, secret);
        must(is_signed(again, secret), "what is signed is signed");
        must(decode_peer_packet(again) == packet, "a packet is read as it was written");
    }
}

void check_session(Draw& draw) {
    PeerConfig config;
    config.name = "there";
    for (const char* address : {"10.1.0.2", "10.2.0.2"})
        config.lans.push_back({address, *ip_address_from(address), 0});
    config.role = draw.flag() ? PeerRole::both : PeerRole::responder;
    TimePoint now{std::chrono::hours(1)};
    PeerSession session(config, 99, now, draw.byte() % 4);
    std::optional<PeerPacket> last;
    std::array<SharedWatch, 3> watches;
    const auto take = [&](const std::vector<PeerSend>& sends) {
        must(sends.size() <= 2 * config.lans.size() + 1, "nobody is an amplifier");
        for (const PeerSend& one : sends) {
            must(one.lan < config.lans.size() && one.packet.lan == one.lan, "a packet is of its LAN");
            last = one.packet;
        }
    };
    for (int step = 0; step < 64 && !draw.empty(); ++step) {
        now += Duration(draw.number<std::uint16_t>() * 16);
        switch (draw.byte() % 4) {
        case 0: take(session.set_link(draw.byte() % 2, draw.flag(), now)); break;
        case 1: take(session.step(now)); break;
        default: take(session.hear(draw.byte() % 2, any_packet(draw, last), now).sends);
        }
        SharedWatch& watch = watches[draw.byte() % 3];
        const auto which = static_cast<std::uint32_t>(&watch - watches.data());
        watch.see(draw.flag(), now);
        watch.judge({.known = session.is_decided(now), .other = session.shared(which),
                     .lan_lost = session.finding(0).lost(), .gives_way = session.gives_way()},
                    now);
        must(!watch.kept().value_or(false) || session.is_heard(), "a host that is not heard keeps nobody");
        take(session.set_shared({{{.id = which, .has = watch.has()}, watch.since()}}, now));
        must(session.chosen() < config.lans.size(), "one of the LANs is used");
        if (const auto next = session.next()) {
            take(session.step(std::max(now, *next)));
            now = std::max(now, *next);
            const auto later = session.next();
            must(!later || *later > now, "what was due is done");
        }
    }
}

void run(std::string_view input) {
    check_bytes({reinterpret_cast<const std::uint8_t*>(input.data()), input.size()});
    (void)peer_secret_from(input);
    Draw draw(input);
    check_session(draw);
}

const Registered registered("peer", run);

} // namespace
} // namespace had::test
