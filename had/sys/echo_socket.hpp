// Echoes through one interface: a raw ICMP socket that is bound to it, since ping sockets need a sysctl of the host.
#pragma once

#include "had/sys/fd.hpp"
#include "had/sys/probe_socket.hpp"

namespace had::sys {

class EchoSocket final : public ProbeSocket {
public:
    // The identity is of this process.  Throws std::system_error.
    EchoSocket(core::Ifindex port, core::IpFamily family, std::uint64_t identity);

    [[nodiscard]] int fd() const override { return fd_.get(); }
    void hear(const std::vector<core::Ear>&) override {}     // whose replies count is looked at when they are read
    int ask(const core::Question& question) override;
    Heard next(std::span<std::uint8_t> room) override;

private:
    core::Ifindex port_;
    core::IpFamily family_;
    std::uint64_t identity_;
    UniqueFd fd_;
};

} // namespace had::sys
