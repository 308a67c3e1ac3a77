// A classic BPF program that a socket runs on what comes in: what it refuses wakes nobody.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <vector>

namespace had::sys {

class SocketFilter {
public:
    enum class Width : std::uint16_t { byte = BPF_B, half = BPF_H, word = BPF_W };

    // Refuses what has none of these values there, in network byte order, or ends before.
    SocketFilter& need(Width width, std::uint32_t offset, const std::vector<std::uint32_t>& values);
    // Offsets are counted from the end of an IPv4 header from now on, with which the packet begins.
    SocketFilter& behind_ip4_header();

    // In place of the one that the socket has.  Throws std::system_error.
    void attach(int fd) const;

private:
    std::vector<sock_filter> program_;
    std::uint16_t mode_ = BPF_ABS;
};

} // namespace had::sys
