#include "had/core/base/wire.hpp"

#include <algorithm>

namespace had::core {

std::span<const std::uint8_t> WireReader::take(std::size_t size) {
    if (size > left_.size()) complete_ = false;
    const auto taken = left_.first(std::min(size, left_.size()));
    left_ = left_.subspan(taken.size());
    return taken;
}

std::uint8_t WireReader::u8() {
    const auto byte = take(1);
    return byte.empty() ? std::uint8_t{0} : byte.front();
}

std::uint16_t WireReader::u16() {
    const unsigned high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
}

std::uint32_t WireReader::u32() {
    const std::uint32_t high = u16();
    return high << 16 | u16();
}

std::uint64_t WireReader::u64() {
    const std::uint64_t high = u32();
    return high << 32 | u32();
}

Mac WireReader::mac() {
    Mac mac;
    std::ranges::copy(take(mac.bytes.size()), mac.bytes.begin());
    return mac;
}

IpAddress WireReader::ip(IpFamily family) {
    IpAddress address{family, {}};
    std::ranges::copy(take(address.size()), address.bytes.begin());
    return address;
}

std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] << 8U : bytes[i];
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

std::uint16_t icmp6_checksum(const IpAddress& from, const IpAddress& to, std::span<const std::uint8_t> message) {
    constexpr std::uint8_t icmp6 = 58;
    WireWriter pseudo;
    pseudo.ip(from).ip(to).u32(static_cast<std::uint32_t>(message.size())).u32(icmp6).put(message);
    return internet_checksum(pseudo.bytes());
}

} // namespace had::core
