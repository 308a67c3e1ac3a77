#include "had/core/base/hash.hpp"

namespace had::core {

std::uint64_t hash_of(std::initializer_list<std::string_view> words) {
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&](std::string_view text) {
        for (const char c : text) {
            hash ^= static_cast<unsigned char>(c);
            hash *= 0x100000001b3;
        }
    };
    for (const std::string_view* word = words.begin(); word != words.end(); ++word) {
        if (word != words.begin()) add("/");
        add(*word);
    }
    return hash;
}

Mac local_mac(std::uint64_t hash) {
    Mac mac;
    for (std::size_t i = 0; i < mac.bytes.size(); ++i) mac.bytes[i] = static_cast<std::uint8_t>(hash >> (8 * i));
    mac.bytes[0] = static_cast<std::uint8_t>((mac.bytes[0] & 0xfc) | 0x02);
    return mac;
}

} // namespace had::core
