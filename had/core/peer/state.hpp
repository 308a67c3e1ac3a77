// What is known of each peer and of the LANs that lead to it, for plan and view.
#pragma once

#include "had/core/base/types.hpp"
#include "had/core/peer/shared.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// Whether the peer is heard on a LAN.  Unproven: not yet, and not for long enough to call it lost.
enum class LanState : std::uint8_t { unproven, good, lost };
inline constexpr std::array<std::string_view, 3> lan_state_names{"unproven", "good", "lost"};
inline std::string_view to_string(LanState state) { return lan_state_names[static_cast<std::size_t>(state)]; }

inline std::optional<LanState> lan_state_from(std::string_view word) {
    for (std::size_t i = 0; i < lan_state_names.size(); ++i)
        if (lan_state_names[i] == word) return static_cast<LanState>(i);
    return std::nullopt;
}

// Of a network between two hosts, by the link here, and by what each of both hears.  Neither: it is not known yet.
constexpr bool lan_serves(bool link, LanState state, bool peer_hears) {
    return link && state == LanState::good && peer_hears;
}
constexpr bool lan_is_lost(bool link, LanState state, bool peer_hears) {
    return !link || state == LanState::lost || !peer_hears;
}

// Why a packet that came from a peer's address is not believed.
enum class PeerRefusal : std::uint8_t {
    malformed, version, key, forged, stale, replayed, misnumbered, crossed, limited
};
inline constexpr std::array<std::string_view, 9> peer_refusal_names{
    "malformed", "version", "key", "forged", "stale", "replayed", "misnumbered", "crossed", "limited"};
inline std::string_view to_string(PeerRefusal refusal) {
    return peer_refusal_names[static_cast<std::size_t>(refusal)];
}
using PeerRefusals = std::array<std::uint64_t, peer_refusal_names.size()>;

struct LanFinding {
    LanState state = LanState::unproven;
    bool link = false;                        // the interface is there, up, with a carrier
    bool peer_hears = true;                   // false: the peer has said that it hears nothing there
    std::string text;                         // why it would not serve; or empty

    [[nodiscard]] bool usable() const { return lan_serves(link, state, peer_hears); }
    [[nodiscard]] bool lost() const { return lan_is_lost(link, state, peer_hears); }
    friend bool operator==(const LanFinding&, const LanFinding&) = default;
};

struct PeerState {
    std::size_t chosen = 0;                   // the LAN by which the peer is reached
    bool left = false;                        // its daemon has ended in order
    std::vector<LanFinding> lans;             // as [peer] has them
    std::vector<std::string> problems;        // keys, addresses, settings of the kernel that keep it from working
    std::vector<std::string> advice;          // settings with which it would work better
    std::vector<SharedFinding> shared;        // addresses that one of both hosts has at a time

    friend bool operator==(const PeerState&, const PeerState&) = default;
};
using PeerStates = std::map<std::string, PeerState, std::less<>>;

// For `hadctl peer`: one LAN of a peer, as of the moment it is asked for.
struct PeerReport {
    std::string peer, lan, interface, address;        // "rtr2", "16.0", "eth4", "10.2.0.2"
    bool used = false, link = false, peer_hears = true;
    LanState state = LanState::unproven;
    Duration lasts{};                         // how long it has been so
    std::optional<Duration> heard;            // how long ago the last packet came that was believed
    std::uint64_t sent = 0, received = 0, answered = 0;
    PeerRefusals refused{};
    Duration round_trip{};
    std::string text;

    [[nodiscard]] bool lost() const { return lan_is_lost(link, state, peer_hears); }
    friend bool operator==(const PeerReport&, const PeerReport&) = default;
};

// For `hadctl peer scan`: a host that has answered.
struct PeerFound {
    std::string lan, interface, address;      // "16.0", "eth4", "10.2.0.2"
    std::string peer;                         // as this host's had.conf has it; empty: it does not
    bool knows = false;                       // its had.conf has this host, at the address that has asked
    std::uint8_t key = 0;                     // the number by which it has signed

    friend bool operator==(const PeerFound&, const PeerFound&) = default;
};

} // namespace had::core
