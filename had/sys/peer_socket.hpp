// The sockets by which other hosts are asked ([peer]): one a LAN, bound to its interface, so that what leaves and what
// comes in does so there whatever the routes say.  UDP, non-blocking; needs no capability.
//
// The kernel chooses the sender's address among those of the interface: the socket's binding decides, not the route
// that leads to the service address.
#pragma once

#include "had/core/peer/network.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/loop.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace had::sys {

class PeerSockets final : public core::PeerNetwork {
public:
    using Hears = std::function<void(const core::PeerDatagram&)>;

    // What is heard comes from the loop, as long as this lives; `hears` may call listen() and send().
    PeerSockets(Loop& loop, Hears hears, std::filesystem::path settings = "/proc/sys/net/ipv4/conf");
    PeerSockets(const PeerSockets&) = delete;
    PeerSockets& operator=(const PeerSockets&) = delete;

    bool listen(const std::vector<core::PeerSocketId>& sockets) override;
    // Of a socket that is not there: what opening it said, and it is tried again; so it is without a word to send, once
    // a second.
    int send(const core::PeerSocketId& socket, const core::IpAddress& to,
             std::span<const std::uint8_t> bytes) override;
    // By IPv4 to 255.255.255.255, by IPv6 to ff02::1: neither leaves the LAN.
    int shout(const core::PeerSocketId& socket, std::span<const std::uint8_t> bytes) override;
    core::VrrpNote vrrp(const std::string& path) override;
    core::LanSettings settings(const std::string& interface) override;
    std::uint64_t random() override;

private:
    struct Line {
        UniqueFd fd;
        int error = 0;                        // why there is no socket
        Watch watch;                          // behind the socket: it ends before
    };
    void open(const core::PeerSocketId& id, Line& line);
    void open_missing();
    void drain(const core::PeerSocketId& id);
    [[nodiscard]] std::optional<int> setting(const std::string& interface, const char* name) const;

    Loop& loop_;
    Hears hears_;
    std::filesystem::path settings_;
    std::map<core::PeerSocketId, Line> lines_;
    std::array<std::uint8_t, 2048> room_{};
    Timer retry_;
};

} // namespace had::sys
