#include "had/core/config/host.hpp"

#include <algorithm>

namespace had::core {

std::optional<std::string_view> wrong_host(const IpAddress& address) {
    const std::uint8_t first = address.bytes[0];
    if (address == IpAddress{address.family, {}}) return "stands for no address";
    if (is_loopback(address)) return "is a loopback address";
    if (address.family == IpFamily::v6) return first == 0xff ? std::optional("is a multicast address") : std::nullopt;
    if (first >= 224 && first < 240) return "is a multicast address";
    if (first == 0 || first >= 240) return "is reserved, no host can have it";
    return std::nullopt;
}

bool is_broadcast(const IpAddress& address, const Addressing& net) {
    return std::any_of(net.addresses.begin(), net.addresses.end(), [&](const IpPrefix& own) {
        if (own.address.family == IpFamily::v6 || address.family == IpFamily::v6 || own.length > 30) return false;
        const auto other = net.broadcasts.find(own);
        return address == broadcast_of(own) || (other != net.broadcasts.end() && address == other->second);
    });
}

} // namespace had::core
