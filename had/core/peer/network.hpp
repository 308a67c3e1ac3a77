// Who sends and hears what peers say: a socket for each LAN.
#pragma once

#include "had/core/base/ip.hpp"
#include "had/core/base/types.hpp"
#include "had/core/peer/shared.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace had::core {

struct PeerSocketId {
    Ifindex link = 0;                         // leaves and comes in here, and nowhere else
    IpFamily family = IpFamily::v4;
    std::uint16_t port = 0;                   // of both ends

    friend auto operator<=>(const PeerSocketId&, const PeerSocketId&) = default;
};

struct PeerDatagram {
    PeerSocketId socket;
    IpAddress from;
    std::span<const std::uint8_t> bytes;      // until the one who hears it returns
};

// What the kernel does with packets of two LANs (Documentation/networking/ip-sysctl.rst); as it is in force for the
// interface.  Nothing: it cannot be read.
struct LanSettings {
    std::optional<int> rp_filter, arp_ignore, ignore_linkdown;

    friend bool operator==(const LanSettings&, const LanSettings&) = default;
};

// sys/peer_socket is the real one.
class PeerNetwork {
public:
    virtual ~PeerNetwork() = default;

    // From now on these are there and no others.  One that cannot be opened is told of by send(), which tries it again.
    // False: there was no memory even to note that.  Throws nothing.
    virtual bool listen(const std::vector<PeerSocketId>& sockets) = 0;
    // 0 or an errno.  Waits for nobody.  Throws nothing.
    virtual int send(const PeerSocketId& socket, const IpAddress& to, std::span<const std::uint8_t> bytes) = 0;
    // To everybody on the LAN.
    virtual int shout(const PeerSocketId& socket, std::span<const std::uint8_t> bytes) = 0;
    // What keepalived has had written into that file.  Throws nothing.
    virtual VrrpNote vrrp(const std::string& path) = 0;
    virtual LanSettings settings(const std::string& interface) = 0;
    // A number that nobody can guess, and never 0.
    virtual std::uint64_t random() = 0;
};

} // namespace had::core
