// Netlink messages as bytes: read from hex, or put together by hand.
#pragma once

#include "had/sys/link_codec.hpp"

#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace had::test {

// A message under construction; nests are closed in the order in which they were opened.
class Bytes {
public:
    template <class Header>
    Bytes(std::uint16_t type, const Header& header) {
        const nlmsghdr empty{};
        raw(&empty, sizeof empty);
        message().nlmsg_type = type;
        raw(&header, sizeof header);
    }
    // White space is skipped.
    explicit Bytes(std::string_view hex) {
        int high = -1;
        for (const char c : hex) {
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                                     : -1;
            if (digit < 0) continue;
            if (high >= 0) data_.push_back(static_cast<std::byte>(high << 4 | digit));
            high = high < 0 ? digit : -1;
        }
    }

    Bytes& put(std::uint16_t type, const void* value, std::size_t size) {
        const nlattr head{static_cast<std::uint16_t>(NLA_HDRLEN + size), type};
        raw(&head, sizeof head);
        raw(value, size);
        return *this;
    }
    template <class T>
    requires std::is_trivially_copyable_v<T> Bytes& put(std::uint16_t type, const T& value) {
        return put(type, &value, sizeof value);
    }
    Bytes& text(std::uint16_t type, const std::string& value) {
        return put(type, value.c_str(), value.size() + 1);
    }
    template <class F>
    Bytes& nest(std::uint16_t type, F fill) {
        const auto start = data_.size();
        put(type | NLA_F_NESTED, nullptr, 0);
        fill(*this);
        const auto length = static_cast<std::uint16_t>(data_.size() - start);
        std::memcpy(&data_[start], &length, sizeof length);
        return *this;
    }

    [[nodiscard]] nlmsghdr& message() {
        auto& m = *reinterpret_cast<nlmsghdr*>(data_.data());
        m.nlmsg_len = static_cast<std::uint32_t>(data_.size());
        return m;
    }
    void cut(std::size_t size) { data_.resize(size); }

private:
    void raw(const void* value, std::size_t size) {
        const auto* bytes = static_cast<const std::byte*>(value);
        data_.insert(data_.end(), bytes, bytes + size);
        data_.insert(data_.end(), NLMSG_ALIGN(size) - size, std::byte{});
    }
    std::vector<std::byte> data_;
};

inline std::vector<core::Event> events_of(Bytes& bytes) {
    std::vector<core::Event> events;
    sys::decode(bytes.message(), [&](core::Event event) { events.push_back(std::move(event)); });
    return events;
}

} // namespace had::test
