// What peers say to each other: 64 bytes over UDP, in network byte order, and authenticated.
//
//     0  magic "HADP"            24  sequence                    40  sender's clock, us
//     4  version 1               28  the other's, last heard     48  HMAC-SHA256, its first 16 bytes
//     5  1 to 4: as PeerWord    32  the sender's interval, us
//     6  number of the key       36  how the sender hears this LAN, and how the other has said that it does
//     7  flags                   38  the LAN's place in had.conf, counted from 0
//     8  the sender's session    39  a bit for each LAN that the sender has lost
//    16  the other's session, as the sender knows it
//
// The HMAC (RFC 2104) is over all other bytes.  Behind byte 64 are 12 bytes for each address that both hosts share:
//
//     0  the address, as a hash   4  1 has it, 2 kept from it, 4 keepalived is gone   5  what keepalived has said
//     6  zero                     8  how long it has or has not had it, ms
//
// A later version may be longer: what is behind that is authenticated, and means nothing here.
//
// Two words are of hosts that need not know each other but by the key: somebody looks who is there (`scan`), and is
// told (`found`).  Of these the session is a number made for the scan, which its answers echo.
#pragma once

#include "had/core/base/limits.hpp"
#include "had/core/base/wire.hpp"
#include "had/core/peer/state.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace had::core {

inline constexpr std::size_t peer_packet_size = 64, peer_packet_most = 512;
inline constexpr std::uint8_t peer_packet_version = 1;

enum class PeerWord : std::uint8_t { inquiry = 1, answer = 2, scan = 3, found = 4 };

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
    std::vector<SharedWord> shared = {};      // limits::peer_shared at most

    friend bool operator==(const PeerPacket&, const PeerPacket&) = default;
};

// What of a packet can be judged without its key.
struct PeerEnvelope {
    std::uint8_t version = 0, key = 0;
    bool scan = false, found = false;
};
// Nothing: it is none of ours, or cut short, or too long.
std::optional<PeerEnvelope> peer_envelope(std::span<const std::uint8_t> bytes);

Bytes encode(const PeerPacket& packet, std::span<const std::uint8_t> secret);
// Whether somebody who has the secret has made it.  Takes the same time wherever it differs.
bool is_signed(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> secret);
// Requires: an envelope of our version, and that it is signed.  Nothing: its values make no sense.
std::optional<PeerPacket> decode_peer_packet(std::span<const std::uint8_t> bytes);

} // namespace had::core
