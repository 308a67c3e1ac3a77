// Bytes of a frame, in network byte order: written one field behind the other, read within their bounds.
#pragma once

#include "had/core/base/ip.hpp"
#include "had/core/base/types.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace had::core {

using Bytes = std::vector<std::uint8_t>;

class WireWriter {
public:
    WireWriter& u8(unsigned value) { return bytes_.push_back(static_cast<std::uint8_t>(value)), *this; }
    WireWriter& u16(unsigned value) { return u8(value >> 8), u8(value); }
    WireWriter& u32(std::uint32_t value) { return u16(value >> 16), u16(value); }
    WireWriter& u64(std::uint64_t value) {
        return u32(static_cast<std::uint32_t>(value >> 32)), u32(static_cast<std::uint32_t>(value));
    }
    WireWriter& mac(const Mac& mac) { return put(mac.bytes); }
    WireWriter& ip(const IpAddress& address) { return put(std::span(address.bytes).first(address.size())); }
    WireWriter& put(std::span<const std::uint8_t> bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    // Zeros until there are so many; more stay as they are.
    WireWriter& pad_to(std::size_t size) {
        if (bytes_.size() < size) bytes_.resize(size);
        return *this;
    }
    Bytes& bytes() { return bytes_; }

private:
    Bytes bytes_;
};

// What is read behind the end is zero, and complete() is false from then on.
class WireReader {
public:
    explicit WireReader(std::span<const std::uint8_t> bytes) : left_(bytes) {}

    std::uint8_t u8();
    std::uint16_t u16();
    std::uint32_t u32();
    std::uint64_t u64();
    Mac mac();
    IpAddress ip(IpFamily family);
    std::span<const std::uint8_t> take(std::size_t size);     // fewer at the end

    [[nodiscard]] std::span<const std::uint8_t> left() const { return left_; }
    [[nodiscard]] bool complete() const { return complete_; }

private:
    std::span<const std::uint8_t> left_;
    bool complete_ = true;
};

// RFC 1071.  Zero of what carries its own right one.
std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes);
// Of an ICMPv6 message between these addresses (RFC 4443, 2.3).
std::uint16_t icmp6_checksum(const IpAddress& from, const IpAddress& to, std::span<const std::uint8_t> message);

} // namespace had::core
