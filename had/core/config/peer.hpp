// [peer NAME]: another host that is asked on each network that leads to it, and the routes that go by one of them.
//
// Not to be mixed up with a monitor of the kind `peer` (core/monitor), by which the ports of one bond ask each other.
#pragma once

#include "had/core/base/ip.hpp"
#include "had/core/base/line.hpp"
#include "had/core/base/types.hpp"
#include "had/core/config/failback.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

enum class PeerRole : std::uint8_t { both, responder };
inline constexpr std::array<std::string_view, 2> peer_role_names{"both", "responder"};
inline std::string_view to_string(PeerRole role) { return peer_role_names[static_cast<std::size_t>(role)]; }

inline std::optional<PeerRole> peer_role_from(std::string_view word) {
    for (std::size_t i = 0; i < peer_role_names.size(); ++i)
        if (peer_role_names[i] == word) return static_cast<PeerRole>(i);
    return std::nullopt;
}

// What is between two hosts, whatever carries it: `lan = bond0 10.1.0.2`.
struct PeerLan {
    std::string on;                           // a bond, a VLAN, a port "2.1", or an interface
    IpAddress address;                        // the peer's there
    Line line;

    friend bool operator==(const PeerLan&, const PeerLan&) = default;
};

struct PeerKey {                              // `key = file PATH ID`
    std::string path;
    std::uint8_t id = 0;
    Line line;

    friend bool operator==(const PeerKey&, const PeerKey&) = default;
};

struct PeerConfig {
    std::string name;
    std::optional<IpAddress> service, from;   // the peer's address that is routed to, and this host's own
    std::vector<PeerLan> lans;                // the best first, in the same order at both ends
    std::vector<IpPrefix> prefixes;           // networks behind the peer
    Duration interval = std::chrono::milliseconds(100);
    unsigned fall = 3, rise = 10;             // so many in a row
    PeerRole role = PeerRole::both;
    std::uint16_t port = 3720;
    std::vector<PeerKey> keys;                // the first signs, each is accepted
    std::vector<IpPrefix> shared;             // that one of both hosts has at a time, by VRRP
    Failback failback;
    Line line;

    // The service address and the networks behind it.
    [[nodiscard]] std::vector<IpPrefix> destinations() const;
    friend bool operator==(const PeerConfig&, const PeerConfig&) = default;
};

} // namespace had::core
