// An echo (ping) of an interface as a whole: ICMP (RFC 792) and ICMPv6 (RFC 4443).
//
// The identity is of one process.  It stands in the data too: other programs ping with the same 16 bits.  So does who
// asks: two monitors of one process may ask the same host.
#pragma once

#include "had/core/base/wire.hpp"
#include "had/core/monitor/prober.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace had::core {

inline constexpr std::uint8_t echo_reply = 0, echo_reply_v6 = 129;
inline std::uint16_t echo_identifier(std::uint64_t identity) { return static_cast<std::uint16_t>(identity); }

// The message behind the IP header, as long as `size` leaves it.  The kernel makes the checksum of ICMPv6, which knows
// the sender's address.
Bytes encode_echo(const Question& question, std::uint64_t identity);

// A raw socket gives IPv4 packets with their header, and nothing has looked at the checksum; of IPv6 it gives the
// message alone, checked.  `port` is left to the caller.
std::optional<Answer> decode_echo_v4(std::span<const std::uint8_t> packet, std::uint64_t identity);
std::optional<Answer> decode_echo_v6(const IpAddress& from, std::span<const std::uint8_t> message,
                                     std::uint64_t identity);

} // namespace had::core
