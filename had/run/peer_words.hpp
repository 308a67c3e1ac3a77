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
// What is wrong with what comes in, and what to do.
std::string complaint_of(const core::PeerConfig& config, std::size_t lan, core::PeerRefusal refusal);
// Adds what the settings of an interface keep from working, or from working well.
void judge(const core::LanSettings& settings, const std::string& interface, core::PeerState& state);

} // namespace had
