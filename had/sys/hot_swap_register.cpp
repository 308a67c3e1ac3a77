#include "had/sys/hot_swap_register.hpp"

namespace had::sys {

std::optional<std::size_t> find_hot_swap_register(const ConfigSpace& config) {
    constexpr std::uint8_t hot_swap = 0x06, has_list = 0x10;
    constexpr std::size_t status_at = 0x06, list_at = 0x34, first_at = 0x40;
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(config[at]); };
    if ((byte(status_at) & has_list) == 0) return std::nullopt;
    std::size_t at = byte(list_at) & ~3u;
    for (int steps = 0; at >= first_at && steps < 48; ++steps, at = byte(at + 1) & ~3u)
        if (byte(at) == hot_swap) return at + 2;
    return std::nullopt;
}

} // namespace had::sys
