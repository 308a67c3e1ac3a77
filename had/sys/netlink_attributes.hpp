// Attributes of a message: by number, checked for length, never trusted.
#pragma once

#include "had/core/base/ip.hpp"

#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>

namespace had::sys {

inline std::string text(const nlattr& a) {
    const auto* begin = static_cast<const char*>(nla_data(&a));
    return {begin, ::strnlen(begin, static_cast<std::size_t>(nla_len(&a)))};
}

// The attributes of one level.  A number beyond the table is newer than this program, and is skipped.
class Attributes {
public:
    static constexpr int count = 64; // IFLA_PARENT_DEV_BUS_NAME is 57, the last of a bond 34

    Attributes() = default;
    Attributes(const void* head, int size) {
        for (auto* a = static_cast<const nlattr*>(head); nla_ok(a, size); a = nla_next(a, &size))
            if (const int type = nla_type(a); type < count) at_[static_cast<std::size_t>(type)] = a;
    }

    [[nodiscard]] const nlattr* operator[](int type) const {
        return at_[static_cast<std::size_t>(type)];
    }
    [[nodiscard]] bool has(int type) const { return (*this)[type] != nullptr; }
    [[nodiscard]] Attributes nested(int type) const {
        const nlattr* a = (*this)[type];
        return a ? Attributes(nla_data(a), nla_len(a)) : Attributes();
    }
    // Nothing: it is missing or too short.
    template <class T>
    [[nodiscard]] std::optional<T> get(int type) const {
        static_assert(std::is_trivially_copyable_v<T>);
        const nlattr* a = (*this)[type];
        if (!a || nla_len(a) < static_cast<int>(sizeof(T))) return std::nullopt;
        T value;
        std::memcpy(&value, nla_data(a), sizeof value);
        return value;
    }
    [[nodiscard]] std::string text(int type) const {
        const nlattr* a = (*this)[type];
        return a ? sys::text(*a) : std::string();
    }

private:
    std::array<const nlattr*, count> at_{};
};

// A message's fixed header and its attributes.  Nothing: it is too short for the header.
template <class Header>
struct Parsed {
    Header header;
    Attributes attributes;
};
template <class Header>
std::optional<Parsed<Header>> parse(const nlmsghdr& message) {
    if (!nlmsg_valid_hdr(&message, sizeof(Header))) return std::nullopt;
    Parsed<Header> parsed;
    std::memcpy(&parsed.header, nlmsg_data(&message), sizeof(Header));
    parsed.attributes = Attributes(nlmsg_attrdata(&message, sizeof(Header)),
                                   nlmsg_attrlen(&message, sizeof(Header)));
    return parsed;
}

inline core::IpAddress ip(const nlattr& a, core::IpFamily family) {
    core::IpAddress address{family, {}};
    if (nla_len(&a) >= static_cast<int>(address.size()))
        std::memcpy(address.bytes.data(), nla_data(&a), address.size());
    return address;
}

// Never longer than the address: callers rely on that.
inline bool is_sound(const core::IpPrefix& prefix) {
    return prefix.length <= 8 * prefix.address.size();
}

} // namespace had::sys
