#include "had/core/base/printable.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <iterator>

namespace had::core {

namespace {

struct Character {
    char32_t code = 0;
    std::size_t size = 0; // 0: no UTF-8 begins here
};

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80; }

// Unicode 15, table 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF.
Character first_of(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return {lead, 1};
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
    char32_t code = lead & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if (!continues(text[i])) return {};
        code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
    }
    const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return overlong || surrogate || code > 0x10FFFF ? Character{} : Character{code, size};
}

bool is_control(char32_t code) { return (code < 0x20 && code != '\n') || (code >= 0x7F && code < 0xA0); }

// Marks and overrides of direction (UAX #9), and Unicode's own separators of lines and paragraphs.
bool turns_or_breaks(char32_t code) {
    return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

} // namespace

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const Character next = first_of(text);
        const std::size_t size = next.size == 0 ? 1 : next.size;
        if (next.size == 0)
            fmt::format_to(std::back_inserter(result), "\\x{:02x}", static_cast<unsigned char>(text.front()));
        else if (is_control(next.code) || turns_or_breaks(next.code))
            fmt::format_to(std::back_inserter(result), "\\u{:04x}", static_cast<unsigned>(next.code));
        else
            result += text.substr(0, size);
        text.remove_prefix(size);
    }
    return result;
}

} // namespace had::core
