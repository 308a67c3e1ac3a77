// Where nobody is a peer.
#pragma once

#include "had/core/peer/network.hpp"

namespace had::test {

struct NoPeers final : core::PeerNetwork {
    bool listen(const std::vector<core::PeerSocketId>&) override { return true; }
    int send(const core::PeerSocketId&, const core::IpAddress&, std::span<const std::uint8_t>) override { return 0; }
    int shout(const core::PeerSocketId&, std::span<const std::uint8_t>) override { return 0; }
    core::VrrpNote vrrp(const std::string&) override { return {}; }
    core::LanSettings settings(const std::string&) override { return {}; }
    std::uint64_t random() override { return 1; }
};

} // namespace had::test
