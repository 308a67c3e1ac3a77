// IPv4 and IPv6 addresses as values, so that nothing above the codec cares which of them it has.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace had::core {

enum class IpFamily : std::uint8_t { v4 = 4, v6 = 6 };

struct IpAddress {
    IpFamily family = IpFamily::v4;
    std::array<std::uint8_t, 16> bytes{};      // network order; IPv4 uses the first four

    [[nodiscard]] std::size_t size() const { return family == IpFamily::v4 ? 4 : 16; }
    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};
std::string to_string(const IpAddress& address);
std::optional<IpAddress> ip_address_from(std::string_view text);

// An interface's address with its prefix length: 10.0.1.1/24.  The host part is kept.
struct IpPrefix {
    IpAddress address;
    std::uint8_t length = 0;

    friend auto operator<=>(const IpPrefix&, const IpPrefix&) = default;
};
std::string to_string(const IpPrefix& prefix);
std::optional<IpPrefix> ip_prefix_from(std::string_view text);   // a length must be given

// 255.255.255.0 -> 24; nothing when the ones are not contiguous, or for IPv6.
std::optional<std::uint8_t> length_of_netmask(const IpAddress& netmask);
bool is_loopback(const IpAddress& address);   // 127.0.0.0/8, ::1
IpAddress network_of(const IpPrefix& prefix);       // host part zeroed
IpAddress broadcast_of(const IpPrefix& prefix);     // host part all ones

} // namespace had::core
