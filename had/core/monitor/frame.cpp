#include "had/core/monitor/frame.hpp"

#include <algorithm>

namespace had::core {
namespace {

constexpr std::size_t ethernet_header = 14, least_payload = 46;
constexpr Mac everybody{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
constexpr std::uint16_t tagged = 0x8100, ethernet = 1, ip4_protocol = 0x0800, arp_request = 1;
constexpr std::uint8_t neighbour_solicitation = 135, source_link_address = 1, target_link_address = 2;
constexpr std::uint8_t from_this_link = 255;       // hop limit: no router has passed it on
constexpr std::uint8_t peer_kind = 1, peer_ports = 64;

bool is_group(const Mac& mac) { return (mac.bytes[0] & 1) != 0; }

struct Addressed {
    Mac to;
    std::uint16_t protocol = 0;
    Bytes payload;
};

Addressed ask_arp(const Question& q) {
    WireWriter w;
    w.u16(ethernet).u16(ip4_protocol).u8(6).u8(4).u16(arp_request);
    w.mac(q.source).ip(q.sender).mac(Mac{}).ip(q.target);
    return {q.to.value_or(everybody), arp_protocol, w.bytes()};
}

// RFC 4291, 2.7.1
IpAddress solicited_node(const IpAddress& target) {
    const auto& t = target.bytes;
    return {IpFamily::v6, {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, t[13], t[14], t[15]}};
}

Addressed ask_nd(const Question& q) {
    const auto& t = q.target.bytes;
    const Mac all_solicited{{0x33, 0x33, 0xff, t[13], t[14], t[15]}};       // RFC 2464, 7
    const IpAddress to = q.to ? q.target : solicited_node(q.target);
    WireWriter icmp;
    icmp.u8(neighbour_solicitation).u8(0).u16(0).u32(0).ip(q.target).u8(source_link_address).u8(1).mac(q.source);
    const std::uint16_t sum = icmp6_checksum(q.sender, to, icmp.bytes());
    icmp.bytes()[2] = static_cast<std::uint8_t>(sum >> 8);
    icmp.bytes()[3] = static_cast<std::uint8_t>(sum);
    WireWriter w;
    w.u32(6U << 28).u16(static_cast<unsigned>(icmp.bytes().size())).u8(icmp6_next_header).u8(from_this_link);
    w.ip(q.sender).ip(to).put(icmp.bytes());
    return {q.to.value_or(all_solicited), ip6_protocol, w.bytes()};
}

Addressed ask_peer(const Question& q) {
    WireWriter w;
    w.u32(probe_magic).u8(peer_kind).u8(0).u8(q.mark.from).u8(q.mark.to).u32(q.mark.sequence);
    w.u64(q.mark.group).u64(q.mark.sent).u64(q.mark.heard);
    return {q.to.value_or(everybody), peer_protocol, w.bytes()};
}

std::optional<Addressed> ask(const Question& q) {
    const auto both = [&](IpFamily family) { return q.sender.family == family && q.target.family == family; };
    switch (q.transport) {
    case Transport::arp: return both(IpFamily::v4) ? std::optional(ask_arp(q)) : std::nullopt;
    case Transport::nd: return both(IpFamily::v6) ? std::optional(ask_nd(q)) : std::nullopt;
    case Transport::peer: return ask_peer(q);
    case Transport::echo:
    case Transport::udp:
    case Transport::program:
    case Transport::lldp:
    case Transport::file: return std::nullopt;
    }
    return std::nullopt;
}

// By which the one who answers is to be asked: what it says itself.  Routers that share an address answer with one
// that moves to the next of them, in a frame that may come from their own (RFC 5798, 8.1.2).
Mac unicast_or(const Mac& said, const Mac& source) { return said.is_zero() || is_group(said) ? source : said; }

bool take_arp(WireReader& r, Answer& answer) {
    if (r.u16() != ethernet || r.u16() != ip4_protocol || r.u8() != 6 || r.u8() != 4 || r.u16() != arp_reply)
        return false;
    answer.from = unicast_or(r.mac(), answer.from);
    answer.target = r.ip(IpFamily::v4);
    const Mac asker = r.mac();
    (void)r.ip(IpFamily::v4);                 // whoever asked as 0.0.0.0 is answered so
    return asker == answer.to;
}

// RFC 4861, 7.1.2
bool take_options(WireReader& r, Answer& answer) {
    while (!r.left().empty()) {
        const std::uint8_t type = r.u8();
        const std::size_t size = std::size_t{r.u8()} * 8;
        if (size == 0) return false;
        WireReader value(r.take(size - 2));
        if (type == target_link_address && size == 8) answer.from = unicast_or(value.mac(), answer.from);
    }
    return r.complete();
}

bool take_nd(WireReader& r, Answer& answer) {
    constexpr std::uint8_t solicited = 0x40;
    if (r.u32() >> 28 != 6) return false;
    const std::size_t size = r.u16();
    if (r.u8() != icmp6_next_header || r.u8() != from_this_link) return false;
    const IpAddress from = r.ip(IpFamily::v6), to = r.ip(IpFamily::v6);
    WireReader message(r.take(size));
    if (!r.complete() || icmp6_checksum(from, to, message.left()) != 0) return false;
    if (message.u8() != neighbour_advertisement || message.u8() != 0) return false;
    (void)message.u16();
    if ((message.u32() >> 24 & solicited) == 0) return false;
    answer.target = message.ip(IpFamily::v6);
    return message.complete() && answer.target.bytes[0] != 0xff && take_options(message, answer);
}

bool take_peer(WireReader& r, Answer& answer) {
    if (r.u32() != probe_magic || r.u8() != peer_kind || r.u8() != 0) return false;
    PeerMark& mark = answer.mark;
    mark.from = r.u8();
    mark.to = r.u8();
    mark.sequence = r.u32();
    mark.group = r.u64();
    mark.sent = r.u64();
    mark.heard = r.u64();
    return mark.from < peer_ports && mark.to < peer_ports && mark.from != mark.to;
}

bool take_lldp(WireReader& r, Answer& answer) {
    auto word = lldp_from(r.left());
    if (word) answer.lldp = *std::move(word);
    return word.has_value();
}

bool take(Transport transport, std::uint16_t protocol, WireReader& r, Answer& answer) {
    switch (transport) {
    case Transport::arp: return protocol == arp_protocol && take_arp(r, answer);
    case Transport::nd: return protocol == ip6_protocol && take_nd(r, answer);
    case Transport::peer: return protocol == peer_protocol && take_peer(r, answer);
    case Transport::lldp: return protocol == lldp_protocol && take_lldp(r, answer);
    case Transport::echo:
    case Transport::udp:
    case Transport::program:
    case Transport::file: return false;
    }
    return false;
}

} // namespace

Bytes encode(const Question& question) {
    const std::optional<Addressed> it = ask(question);
    if (!it) return {};
    WireWriter w;
    w.mac(it->to).mac(question.source);
    if (question.vlan) w.u16(tagged).u16(*question.vlan & 0xfffU);
    w.u16(it->protocol);
    const std::size_t header = w.bytes().size();
    w.put(it->payload).pad_to(header + std::max<std::size_t>(least_payload, question.size));
    return std::move(w.bytes());
}

std::optional<Answer> decode(Transport transport, std::span<const std::uint8_t> frame) {
    WireReader r(frame);
    Answer answer;
    answer.transport = transport;
    answer.to = r.mac();
    answer.from = r.mac();
    const std::uint16_t protocol = r.u16();
    const bool to_one = transport == Transport::lldp ? answer.to == lldp_address : !is_group(answer.to);
    if (!to_one || is_group(answer.from)) return std::nullopt;
    if (!take(transport, protocol, r, answer) || !r.complete()) return std::nullopt;
    answer.size = static_cast<std::uint32_t>(frame.size() - ethernet_header);
    return answer;
}

} // namespace had::core
