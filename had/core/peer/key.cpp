#include "had/core/peer/key.hpp"

#include <fmt/format.h>

namespace had::core {

namespace {

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

} // namespace

std::variant<Bytes, NoSecret> peer_secret_from(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.empty()) return NoSecret{"it is empty"};
    if (text.find('\n') != std::string_view::npos) return NoSecret{"it has more than one line"};
    Bytes secret;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int value = digit(text[i]);
        if (value < 0) return NoSecret{fmt::format("character {} is no hexadecimal digit", i + 1)};
        if (i % 2 == 0) secret.push_back(static_cast<std::uint8_t>(value << 4));
        else secret.back() = static_cast<std::uint8_t>(secret.back() | value);
    }
    if (text.size() % 2 != 0) return NoSecret{fmt::format("it has {} digits, an odd number", text.size())};
    if (secret.size() < least_secret || secret.size() > most_secret)
        return NoSecret{fmt::format("it has {} digits: from {} to {} are a key", text.size(), 2 * least_secret,
                                    2 * most_secret)};
    return secret;
}

} // namespace had::core
