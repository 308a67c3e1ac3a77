#include "test/faults/udev_message.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace had::faults {
namespace {

struct Header {
    char prefix[8] = "libudev";
    std::uint32_t magic = htonl(0xfeedcafe);
    std::uint32_t header_size = sizeof(Header);
    std::uint32_t properties_offset = sizeof(Header);
    std::uint32_t properties_size = 0;
    std::uint32_t subsystem_hash = 0;         // which a listener's filter compares
    std::uint32_t devtype_hash = 0;
    std::uint32_t tag_bloom_high = 0, tag_bloom_low = 0;
};

// MurmurHash2 by Austin Appleby, in the public domain; seed 0.
std::uint32_t hash(std::string_view text) {
    constexpr std::uint32_t m = 0x5bd1e995;
    auto h = static_cast<std::uint32_t>(text.size());
    for (; text.size() >= 4; text.remove_prefix(4)) {
        std::uint32_t k = 0;
        std::memcpy(&k, text.data(), 4);
        k *= m;
        k ^= k >> 24;
        h = (h * m) ^ (k * m);
    }
    for (std::size_t i = text.size(); i > 0; --i)
        h ^= static_cast<std::uint32_t>(static_cast<unsigned char>(text[i - 1])) << (8 * (i - 1));
    if (!text.empty()) h *= m;
    h ^= h >> 13;
    h *= m;
    return h ^ (h >> 15);
}

} // namespace

std::string udev_message(std::string_view subsystem, std::string properties) {
    std::replace(properties.begin(), properties.end(), '\n', '\0');
    Header header;
    header.properties_size = static_cast<std::uint32_t>(properties.size());
    header.subsystem_hash = htonl(hash(subsystem));
    return std::string(reinterpret_cast<const char*>(&header), sizeof header) + properties;
}

} // namespace had::faults
