#include "had/core/peer/packet.hpp"

#include <nettle/hmac.h>
#include <nettle/memops.h>

#include <algorithm>
#include <array>

namespace had::core {

namespace {

constexpr std::uint32_t magic = 0x48414450;
constexpr std::size_t signed_size = 48, signature_size = 16;
constexpr unsigned uses_flag = 1, leaving_flag = 2;
constexpr std::size_t shared_size = 12;
constexpr unsigned has_flag = 1, kept_flag = 2, gone_flag = 4;

using Signature = std::array<std::uint8_t, signature_size>;

Signature sign(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> secret) {
    hmac_sha256_ctx context;
    nettle_hmac_sha256_set_key(&context, secret.size(), secret.data());
    nettle_hmac_sha256_update(&context, signed_size, bytes.data());
    const auto rest = bytes.subspan(std::min(bytes.size(), peer_packet_size));
    if (!rest.empty()) nettle_hmac_sha256_update(&context, rest.size(), rest.data());
    Signature signature;
    nettle_hmac_sha256_digest(&context, signature.size(), signature.data());
    return signature;
}

void put(WireWriter& out, const SharedWord& one) {
    out.u32(one.id).u8((one.has ? has_flag : 0) | (one.kept ? kept_flag : 0) | (one.gone ? gone_flag : 0));
    out.u8(static_cast<unsigned>(one.word)).u16(0).u32(one.lasts);
}

SharedWord shared_from(WireReader& in) {
    SharedWord one;
    one.id = in.u32();
    const std::uint8_t flags = in.u8(), word = in.u8();
    in.u16();
    one.lasts = in.u32();
    one.has = (flags & has_flag) != 0;
    one.kept = (flags & kept_flag) != 0;
    one.gone = (flags & gone_flag) != 0;
    if (word < vrrp_word_names.size()) one.word = static_cast<VrrpWord>(word);
    return one;
}

bool is_state(std::uint8_t byte) { return byte <= static_cast<std::uint8_t>(LanState::lost); }

} // namespace

std::optional<PeerEnvelope> peer_envelope(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < peer_packet_size || bytes.size() > peer_packet_most) return std::nullopt;
    WireReader in(bytes);
    if (in.u32() != magic) return std::nullopt;
    PeerEnvelope envelope;
    envelope.version = in.u8();
    const std::uint8_t word = in.u8();
    envelope.scan = word == static_cast<std::uint8_t>(PeerWord::scan);
    envelope.found = word == static_cast<std::uint8_t>(PeerWord::found);
    envelope.key = in.u8();
    return envelope;
}

Bytes encode(const PeerPacket& p, std::span<const std::uint8_t> secret) {
    WireWriter out;
    out.u32(magic).u8(peer_packet_version).u8(static_cast<unsigned>(p.word)).u8(p.key);
    out.u8((p.uses ? uses_flag : 0) | (p.leaving ? leaving_flag : 0));
    out.u64(p.session).u64(p.your_session).u32(p.sequence).u32(p.your_sequence).u32(p.interval);
    out.u8(static_cast<unsigned>(p.state)).u8(static_cast<unsigned>(p.your_state)).u8(p.lan).u8(p.lost).u64(p.time);
    WireWriter behind;
    for (const SharedWord& one : p.shared) put(behind, one);
    Bytes whole = out.bytes();
    whole.resize(peer_packet_size);
    whole.insert(whole.end(), behind.bytes().begin(), behind.bytes().end());
    const Signature signature = sign(whole, secret);
    std::copy(signature.begin(), signature.end(), whole.begin() + signed_size);
    return whole;
}

bool is_signed(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> secret) {
    if (bytes.size() < peer_packet_size) return false;
    const Signature signature = sign(bytes, secret);
    return nettle_memeql_sec(signature.data(), bytes.data() + signed_size, signature.size()) != 0;
}

std::optional<PeerPacket> decode_peer_packet(std::span<const std::uint8_t> bytes) {
    WireReader in(bytes);
    PeerPacket p;
    in.u32();
    in.u8();
    const std::uint8_t word = in.u8();
    p.key = in.u8();
    const std::uint8_t flags = in.u8();
    p.session = in.u64();
    p.your_session = in.u64();
    p.sequence = in.u32();
    p.your_sequence = in.u32();
    p.interval = in.u32();
    const std::uint8_t state = in.u8(), your_state = in.u8();
    p.lan = in.u8();
    p.lost = in.u8();
    p.time = in.u64();
    const bool known = word >= static_cast<std::uint8_t>(PeerWord::inquiry) &&
                       word <= static_cast<std::uint8_t>(PeerWord::found);
    if (!in.complete() || !known || !is_state(state) || !is_state(your_state)) return std::nullopt;
    if (p.session == 0 || p.sequence == 0) return std::nullopt;
    p.word = static_cast<PeerWord>(word);
    p.uses = (flags & uses_flag) != 0;
    p.leaving = (flags & leaving_flag) != 0;
    p.state = static_cast<LanState>(state);
    p.your_state = static_cast<LanState>(your_state);
    WireReader behind(bytes.subspan(std::min(bytes.size(), peer_packet_size)));
    const std::size_t count = (bytes.size() - peer_packet_size) / shared_size;
    for (std::size_t i = 0; i < std::min(count, limits::peer_shared); ++i) p.shared.push_back(shared_from(behind));
    return p;
}

} // namespace had::core
