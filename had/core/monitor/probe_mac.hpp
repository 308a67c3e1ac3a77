// Who asks: addresses and marks that belong to a place, and that nobody configures.
#pragma once

#include "had/core/base/ip.hpp"
#include "had/core/base/types.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace had::core {

// The sender of a port's probes.  It stays when the card is exchanged, so that nothing changes for the switch, and no
// card owns it.  Each VLAN has its own: the kernel takes the tag off what a port's socket hears (bond_handle_frame),
// so nothing else tells by which of them an answer has come.
Mac probe_mac(std::string_view machine_id, std::string_view bond, const PortName& place,
              std::optional<std::uint16_t> vlan = {});

// What the frames of one monitor of a bond have in common: no other's are taken for them, and no other machine's.  Two
// monitors of a bond may ask by another VLAN, or with longer frames.
std::uint64_t peer_group(std::string_view machine_id, std::string_view bond, std::string_view monitor);

// fe80:: and the EUI-64 of the address (RFC 4291, appendix A).  The sender of a solicitation: an answer to the
// unspecified address would go to all nodes, and every port would hear it.
IpAddress link_local_of(const Mac& mac);

} // namespace had::core
