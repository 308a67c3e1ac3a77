#include "had/sys/socket_filter.hpp"

#include "had/sys/probe_socket.hpp"

#include <sys/socket.h>

#include <limits>

namespace had::sys {
namespace {

constexpr std::uint32_t nothing = 0, everything = std::numeric_limits<std::uint32_t>::max();

sock_filter statement(unsigned code, std::uint32_t k) { return {static_cast<std::uint16_t>(code), 0, 0, k}; }

} // namespace

// A conditional jump reaches 255 instructions, an unconditional one all of them: so there are two for each value.
SocketFilter& SocketFilter::need(Width width, std::uint32_t offset, const std::vector<std::uint32_t>& values) {
    constexpr auto when_equal = static_cast<std::uint16_t>(BPF_JMP | BPF_JEQ | BPF_K);
    program_.push_back(statement(BPF_LD | static_cast<unsigned>(width) | mode_, offset));
    for (std::size_t left = values.size(); const std::uint32_t value : values) {
        program_.push_back({when_equal, 0, 1, value});
        program_.push_back(statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(2 * --left + 1)));
    }
    program_.push_back(statement(BPF_RET | BPF_K, nothing));
    return *this;
}

SocketFilter& SocketFilter::behind_ip4_header() {
    program_.push_back(statement(BPF_LDX | BPF_B | BPF_MSH, 0));
    mode_ = BPF_IND;
    return *this;
}

void SocketFilter::attach(int fd) const {
    std::vector<sock_filter> program = program_;
    program.push_back(statement(BPF_RET | BPF_K, everything));
    const sock_fprog all{static_cast<unsigned short>(program.size()), program.data()};
    set_option(fd, SOL_SOCKET, SO_ATTACH_FILTER, all);
}

} // namespace had::sys
