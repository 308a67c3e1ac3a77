// An IP address as the system's calls have it.
#pragma once

#include "had/core/base/ip.hpp"
#include "had/core/base/types.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

namespace had::sys {

class SocketAddress {
public:
    // `scope`: the interface, for an address that is link-local.
    SocketAddress(const core::IpAddress& address, std::uint16_t port, core::Ifindex scope) {
        if (address.family == core::IpFamily::v4) {
            sockaddr_in to{};
            to.sin_family = AF_INET;
            to.sin_port = htons(port);
            std::memcpy(&to.sin_addr, address.bytes.data(), sizeof to.sin_addr);
            std::memcpy(&room_, &to, size_ = sizeof to);
            return;
        }
        sockaddr_in6 to{};
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(port);
        to.sin6_scope_id = static_cast<std::uint32_t>(scope);
        std::memcpy(&to.sin6_addr, address.bytes.data(), sizeof to.sin6_addr);
        std::memcpy(&room_, &to, size_ = sizeof to);
    }
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&room_); }
    [[nodiscard]] socklen_t size() const { return static_cast<socklen_t>(size_); }

private:
    sockaddr_storage room_{};
    std::size_t size_ = 0;
};

// Nothing: of neither family.
inline std::optional<core::IpAddress> address_of(const sockaddr_storage& from) {
    core::IpAddress address;
    if (from.ss_family == AF_INET) {
        sockaddr_in at{};
        std::memcpy(&at, &from, sizeof at);
        address.family = core::IpFamily::v4;
        std::memcpy(address.bytes.data(), &at.sin_addr, sizeof at.sin_addr);
        return address;
    }
    if (from.ss_family != AF_INET6) return std::nullopt;
    sockaddr_in6 at{};
    std::memcpy(&at, &from, sizeof at);
    address.family = core::IpFamily::v6;
    std::memcpy(address.bytes.data(), &at.sin6_addr, sizeof at.sin6_addr);
    return address;
}

inline std::uint16_t service_of(const sockaddr_storage& from) {
    sockaddr_in at{};                         // of both families the port is in the same place (RFC 3493 3.3)
    std::memcpy(&at, &from, sizeof at);
    return ntohs(at.sin_port);
}

} // namespace had::sys
