// Probes as Ethernet frames, and what answers them.
//
// The Ethernet source is always the sender that stands in the payload, which inspecting switches want equal.  An ARP
// request whose sender is 0.0.0.0 makes no entry at the one asked; one with an address of the bond would have the
// bond's traffic sent to the probing port.  A solicitation carries its link-layer address, so that the advertisement
// comes to this port alone.
//
// A peer frame, behind the Ethernet header: "had1", kind 1, flags 0, from, to, sequence (4 bytes), group, sent and
// heard (8 each).  Its EtherType is the first one for local experiments (IEEE 802, clause 9.2.3): no protocol of a
// host takes it.
#pragma once

#include "had/core/base/wire.hpp"
#include "had/core/monitor/prober.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace had::core {

inline constexpr std::uint16_t arp_protocol = 0x0806, ip6_protocol = 0x86dd, peer_protocol = 0x88b5;
inline constexpr std::uint32_t probe_magic = 0x68616431;       // "had1"
// What kind of message it is, where a filter finds it too.
inline constexpr std::uint16_t arp_reply = 2;
inline constexpr std::uint8_t icmp6_next_header = 58, neighbour_advertisement = 136;

// With the Ethernet header, at least 60 bytes.  None: no frame asks that, as an echo, or ARP about an IPv6 address.
Bytes encode(const Question& question);

// What was sent to one station, or by LLDP to the nearest, is whole and has the right form, as the checksum of an
// advertisement says.  Whether it came to the right address and from one who was asked, the ear knows.  Tags are not
// expected: the kernel takes them off.  `port` is left to the caller.
std::optional<Answer> decode(Transport transport, std::span<const std::uint8_t> frame);

} // namespace had::core
