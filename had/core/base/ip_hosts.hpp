// Which addresses one host can have, and be asked by.
#pragma once

#include "had/core/base/ip.hpp"

namespace had::core {

// Not those of groups, of nobody (0.0.0.0/8, ::), of everybody, or of this host itself (127.0.0.0/8, ::1).  A
// link-local address is one.
inline bool is_host(const IpAddress& address) {
    const auto& b = address.bytes;
    if (is_loopback(address)) return false;
    if (address.family == IpFamily::v4) return b[0] != 0 && b[0] < 224;
    return b[0] != 0xff && address != IpAddress{IpFamily::v6, {}};
}

} // namespace had::core
