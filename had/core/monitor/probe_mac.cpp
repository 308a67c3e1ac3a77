#include "had/core/monitor/probe_mac.hpp"

#include "had/core/base/hash.hpp"

#include <string>

namespace had::core {

Mac probe_mac(std::string_view machine_id, std::string_view bond, const PortName& place,
              std::optional<std::uint16_t> vlan) {
    const std::string name = to_string(place);
    if (!vlan) return local_mac(hash_of({machine_id, bond, name}));
    return local_mac(hash_of({machine_id, bond, name, "vlan " + std::to_string(*vlan)}));       // not as a unit of it
}

std::uint64_t peer_group(std::string_view machine_id, std::string_view bond, std::string_view monitor) {
    return hash_of({machine_id, bond, monitor});
}

IpAddress link_local_of(const Mac& mac) {
    const auto& m = mac.bytes;
    const auto first = static_cast<std::uint8_t>(m[0] ^ 0x02);     // says "universal" the other way round
    return {IpFamily::v6, {0xfe, 0x80, 0, 0, 0, 0, 0, 0, first, m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]}};
}

} // namespace had::core
