// Frames of one port: ARP, neighbour discovery, LLDP or those of its mates.
//
// The socket is bound to the port itself and to the protocol.  No other hears an inactive port of a bond (bonding
// delivers its frames as exact matches only), and a socket for all protocols would make every frame count as dropped.
// The port is asked to let the probe's address in, where it is not its own: a driver without a filter of addresses
// becomes promiscuous for it, so the destination of what comes in is looked at again.
#pragma once

#include "had/sys/fd.hpp"
#include "had/sys/probe_socket.hpp"

#include <set>

namespace had::sys {

class PacketSocket final : public ProbeSocket {
public:
    PacketSocket(core::Ifindex port, core::Transport transport);      // throws std::system_error

    [[nodiscard]] int fd() const override { return fd_.get(); }
    void hear(const std::vector<core::Ear>& ears) override;
    void shut_out_others(bool shut_out) override;
    int ask(const core::Question& question) override;
    Heard next(std::span<std::uint8_t> room) override;

private:
    void bind();
    void let_in(const std::vector<core::Ear>& ears);
    void change_membership(int option, const core::Mac& address);

    core::Ifindex port_;
    core::Transport transport_;
    UniqueFd fd_;
    bool bound_ = false, without_others_ = false;
    std::vector<core::Ear> ears_;
    std::set<core::Mac> let_in_;              // addresses that are not the port's own
};

} // namespace had::sys
