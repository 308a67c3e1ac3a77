#include "had/sys/route_filter.hpp"

#include "had/core/config/route.hpp"
#include "had/sys/netlink_socket.hpp"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace had::sys {

namespace {

using Code = std::vector<sock_filter>;

void load(Code& code, unsigned size, unsigned at) { code.push_back(BPF_STMT(BPF_LD | size | BPF_ABS, at)); }
// Skips so many of the next ones.
void when(Code& code, unsigned how, std::uint32_t value, std::size_t then, std::size_t otherwise) {
    code.push_back(BPF_JUMP(BPF_JMP | how | BPF_K, value, static_cast<std::uint8_t>(then),
                            static_cast<std::uint8_t>(otherwise)));
}
void end(Code& code, bool pass) { code.push_back(BPF_STMT(BPF_RET | BPF_K, pass ? 0xffffffff : 0)); }

constexpr std::uint32_t spread = 0x9e3779b1;
constexpr std::size_t most_words = 4;

// What route_place_of() says, by the filter.  The kernel writes the destination behind the table, as IPv4 and as IPv6.
void load_place(Code& code) {
    constexpr unsigned length_at = NLMSG_HDRLEN + offsetof(rtmsg, rtm_dst_len);
    constexpr unsigned address_at = NLMSG_HDRLEN + sizeof(rtmsg) + NLA_HDRLEN + sizeof(std::uint32_t) + NLA_HDRLEN;
    constexpr std::size_t of_a_word = 6;
    load(code, BPF_B, length_at);
    code.push_back(BPF_STMT(BPF_MISC | BPF_TAX, 0));
    for (unsigned word = 0; word < most_words; ++word) {
        load(code, BPF_B, length_at);
        when(code, BPF_JGT, 32 * word, 0, (most_words - word) * of_a_word - 2);
        load(code, BPF_W, address_at + 4 * word);
        code.push_back(BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0));
        code.push_back(BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, spread));
        code.push_back(BPF_STMT(BPF_MISC | BPF_TAX, 0));
    }
    code.push_back(BPF_STMT(BPF_MISC | BPF_TXA, 0));
}

} // namespace

std::uint32_t route_place_of(const core::IpPrefix& destination) {
    std::uint32_t place = destination.length;
    for (std::size_t word = 0; destination.length > 32 * word; ++word) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) value = value << 8 | destination.address.bytes[4 * word + i];
        place = (place ^ value) * spread;
    }
    return place;
}

void attach_route_filter(int fd, const std::set<std::uint32_t>& places) {
    Code code;
    load(code, BPF_H, offsetof(nlmsghdr, nlmsg_type));
    when(code, BPF_JEQ, htons(RTM_NEWROUTE), 2, 0);
    when(code, BPF_JEQ, htons(RTM_DELROUTE), 1, 0);
    end(code, true);
    load(code, BPF_B, NLMSG_HDRLEN + offsetof(rtmsg, rtm_protocol));
    when(code, BPF_JEQ, core::route_protocol, 0, 1);
    end(code, true);
    when(code, BPF_JEQ, RTPROT_KERNEL, 0, 3);
    load(code, BPF_B, NLMSG_HDRLEN + offsetof(rtmsg, rtm_type));
    when(code, BPF_JEQ, RTN_UNICAST, 0, 1);
    end(code, true);
    load_place(code);
    constexpr std::size_t most_in_a_jump = 250;              // of at most 255
    std::size_t left = places.size(), in_this = 0;
    for (const std::uint32_t place : places) {
        if (in_this == 0) in_this = std::min(left, most_in_a_jump);
        --left, --in_this;
        when(code, BPF_JEQ, place, in_this == 0 ? 0 : in_this, in_this == 0 ? 1 : 0);
        if (in_this == 0) end(code, true);
    }
    end(code, false);
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0)
        netlink_failed(errno, "cannot attach a filter");
}

} // namespace had::sys
