#include "had/core/base/ip.hpp"

#include "had/core/base/number.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

namespace had::core {

namespace {

// The byte of a mask of `length` ones that stands at `index`.
std::uint8_t mask_byte(std::size_t length, std::size_t index) {
    const std::size_t before = index * 8;
    if (length >= before + 8) return 0xff;
    if (length <= before) return 0;
    return static_cast<std::uint8_t>(0xff << (before + 8 - length));
}

} // namespace

std::string to_string(const IpAddress& address) {
    char text[INET6_ADDRSTRLEN] = "";
    const int family = address.family == IpFamily::v4 ? AF_INET : AF_INET6;
    inet_ntop(family, address.bytes.data(), text, sizeof text);
    return text;
}

std::optional<IpAddress> ip_address_from(std::string_view text) {
    const std::string copy(text);             // inet_pton wants a terminated string
    if (copy.find('\0') != std::string::npos) return std::nullopt;
    IpAddress address;
    if (inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) return address;
    address = {IpFamily::v6, {}};
    if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
    return std::nullopt;
}

std::string to_string(const IpPrefix& prefix) {
    return fmt::format("{}/{}", to_string(prefix.address), prefix.length);
}

std::optional<IpPrefix> ip_prefix_from(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto address = ip_address_from(text.substr(0, slash));
    const std::string_view digits = text.substr(slash + 1);
    const auto length = number<std::uint8_t>(digits);
    if (!address || !length || *length > address->size() * 8) return std::nullopt;
    return IpPrefix{*address, *length};
}

std::optional<std::uint8_t> length_of_netmask(const IpAddress& netmask) {
    if (netmask.family != IpFamily::v4) return std::nullopt;
    for (std::uint8_t length = 0; length <= 32; ++length) {
        bool same = true;
        for (std::size_t i = 0; i < 4; ++i) same = same && netmask.bytes[i] == mask_byte(length, i);
        if (same) return length;
    }
    return std::nullopt;
}

bool is_loopback(const IpAddress& address) {
    if (address.family == IpFamily::v4) return address.bytes[0] == 127;
    IpAddress one{IpFamily::v6, {}};
    one.bytes[15] = 1;
    return address == one;
}

IpAddress network_of(const IpPrefix& prefix) {
    IpAddress network = prefix.address;
    for (std::size_t i = 0; i < network.size(); ++i)
        network.bytes[i] &= mask_byte(prefix.length, i);
    return network;
}

IpAddress broadcast_of(const IpPrefix& prefix) {
    IpAddress last = prefix.address;
    for (std::size_t i = 0; i < last.size(); ++i) {
        last.bytes[i] |= static_cast<std::uint8_t>(~mask_byte(prefix.length, i));
    }
    return last;
}

} // namespace had::core
