// What is said of a LAN between two hosts, and of the settings that it needs.
#pragma once

#include "had/core/config/peer.hpp"
#include "had/core/peer/network.hpp"
#include "had/core/peer/state.hpp"

#include <optional>
#include <string>

namespace had {

// Behind the LAN's name: "hears nothing".  Empty: it serves.
std::string words_of(const core::LanFinding& finding, bool left, bool there,
                     const std::optional<core::PeerRefusal>& complaint, int trouble);
// What is wrong with an address that this host shares with the peer of that name; or empty.
struct SharedFacts {
    bool heard = false, lan_lost = false;     // the peer, on any LAN; the one that VRRP runs on
};
std::string words_of(const core::SharedFinding& finding, const std::string& peer, const SharedFacts& facts);
// What is wrong with what comes in, and what to do.
std::string complaint_of(const core::PeerConfig& config, std::size_t lan, core::PeerRefusal refusal);
// Adds what the settings of an interface keep from working, or from working well.
void judge(const core::LanSettings& settings, const std::string& interface, core::PeerState& state);

} // namespace had
