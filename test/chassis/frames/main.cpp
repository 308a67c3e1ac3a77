// chassis-frames: puts a frame on a wire, as whoever sits at the other end could.
//
//     chassis-frames INTERFACE HEX [SECONDS]
//
// The frame is given from its first address on, and padded to 60 bytes.  Once; or as often as the machine can, for so
// long.  Prints how many it sent.
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "test/chassis/fd.hpp"

namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::uint8_t> frame_of(std::string_view hex) {
    std::vector<std::uint8_t> frame;
    for (; hex.size() >= 2; hex.remove_prefix(2))
        frame.push_back(static_cast<std::uint8_t>(std::stoul(std::string(hex.substr(0, 2)), nullptr, 16)));
    frame.resize(std::max<std::size_t>(frame.size(), 60));
    return frame;
}

} // namespace

int main(int argc, char** argv) try {
    if (argc < 3) throw std::runtime_error("usage: chassis-frames INTERFACE HEX [SECONDS]");
    std::vector<std::uint8_t> frame = frame_of(argv[2]);
    const auto lasts = std::chrono::seconds(argc > 3 ? std::atoi(argv[3]) : 0);
    const had::test::Fd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    sockaddr_ll at{};
    at.sll_family = AF_PACKET;
    at.sll_ifindex = static_cast<int>(::if_nametoindex(argv[1]));
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0)
        throw std::runtime_error(std::string("no interface ") + argv[1]);
    iovec data{frame.data(), frame.size()};
    std::array<mmsghdr, 64> all{};
    for (mmsghdr& one : all) one.msg_hdr.msg_iov = &data, one.msg_hdr.msg_iovlen = 1;
    const unsigned at_once = lasts.count() == 0 ? 1 : static_cast<unsigned>(all.size());
    const Clock::time_point begin = Clock::now();
    unsigned long sent = 0;
    do {
        const int count = ::sendmmsg(fd.get(), all.data(), at_once, 0);
        if (count > 0) sent += static_cast<unsigned long>(count);
    } while (Clock::now() - begin < lasts);
    std::printf("%lu\n", sent);
} catch (const std::exception& e) {
    std::fprintf(stderr, "chassis-frames: %s\n", e.what());
    return 1;
}
