// What peers say to each other: 64 bytes over UDP, in network byte order, and authenticated.
//
//     0  magic "HADP"            24  sequence                    40  sender's clock, us
//     4  version 1               28  the other's, last heard     48  HMAC-SHA256, its first 16 bytes
//     5  1 inquiry, 2 answer     32  the sender's interval, us
//     6  number of the key       36  how the sender hears this LAN, and how the other has said that it does
//     7  flags                   38  the LAN's place in had.conf, counted from 0
//     8  the sender's session    39  a bit for each LAN that the sender has lost
//    16  the other's session, as the sender knows it
//
// The HMAC (RFC 2104) is over all other bytes.  A later version may be longer: what is behind byte 64 is authenticated,
// and means nothing here.
#pragma once

#include "had/core/base/wire.hpp"
#include "had/core/peer/state.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace had::core {

inline constexpr std::size_t peer_packet_size = 64, peer_packet_most = 512;
inline constexpr std::uint8_t peer_packet_version = 1;

enum class PeerWord : std::uint8_t { inquiry = 1, answer = 2 };

struct PeerPacket {
    PeerWord word = PeerWord::inquiry;
    std::uint8_t key = 0;
    bool uses = false, leaving = false;       // this LAN for its routes; its daemon ends in order
    std::uint64_t session = 0, your_session = 0;
    std::uint32_t sequence = 0, your_sequence = 0;
    std::uint32_t interval = 0;               // us
    LanState state = LanState::unproven, your_state = LanState::unproven;
    std::uint8_t lan = 0, lost = 0;
    std::uint64_t time = 0;

    friend bool operator==(const PeerPacket&, const PeerPacket&) = default;
};

// What of a packet can be judged without its key.
struct PeerEnvelope {
    std::uint8_t version = 0, key = 0;
};
// Nothing: it is none of ours, or cut short, or too long.
std::optional<PeerEnvelope> peer_envelope(std::span<const std::uint8_t> bytes);

Bytes encode(const PeerPacket& packet, std::span<const std::uint8_t> secret);
// Whether somebody who has the secret has made it.  Takes the same time wherever it differs.
bool is_signed(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> secret);
// Requires: an envelope of our version, and that it is signed.  Nothing: its values make no sense.
std::optional<PeerPacket> decode_peer_packet(std::span<const std::uint8_t> bytes);

} // namespace had::core
