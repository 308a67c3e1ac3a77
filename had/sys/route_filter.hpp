// Which messages about routes reach the daemon's socket.
#pragma once

#include "had/core/base/ip.hpp"

#include <cstddef>
#include <cstdint>
#include <set>

namespace had::sys {

constexpr std::size_t most_route_places = 500;  // an instruction each: the filter has room for no more

// A place is a hash of a destination: its length, and each word of its address that the length reaches into.  A
// filter has no room for addresses: net.core.optmem_max is 20 KiB before Linux 6.9, for the old one and the new one
// together, and each load takes 14 instructions of 8 bytes (net/core/filter.c convert_bpf_ld_abs).
std::uint32_t route_place_of(const core::IpPrefix& destination);

// Keeps the routes of others from the socket, so that a routing daemon that takes a full table neither
// wakes this one nor fills its buffer.  Its own pass, and those that the kernel makes for the networks of
// addresses, which are as few as those; not what it makes for the addresses themselves, which has other types.
// Those of others pass where they take the place of one of these, or leave it: who replaces a route says nothing
// of the old one.  A classic filter loads big-endian; nlmsg_type has the machine's order.
// Throws std::system_error.
void attach_route_filter(int fd, const std::set<std::uint32_t>& places);

} // namespace had::sys
