// Datagrams through one interface, from a port of our own that the kernel chooses.
//
// Whatever the target sends back counts, and so does its word that nobody listens at that port (ICMP port unreachable):
// both say that the way is well.  The kernel keeps such a word beside the socket, with who has sent it (ip(7)
// IP_RECVERR): that of a router or a firewall in between counts for nothing.
#pragma once

#include "had/sys/fd.hpp"
#include "had/sys/probe_socket.hpp"

namespace had::sys {

class UdpSocket final : public ProbeSocket {
public:
    UdpSocket(core::Ifindex port, core::IpFamily family);      // throws std::system_error

    [[nodiscard]] int fd() const override { return fd_.get(); }
    void hear(const std::vector<core::Ear>&) override {}      // whose answers count is looked at when they are read
    int ask(const core::Question& question) override;
    Heard next(std::span<std::uint8_t> room) override;

private:
    [[nodiscard]] Heard next_refusal(std::span<std::uint8_t> room, int error);

    core::Ifindex port_;
    core::IpFamily family_;
    UniqueFd fd_;
};

} // namespace had::sys
