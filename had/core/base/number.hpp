// Reads a whole number from a text.  Everything in the program uses this.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace had::core {

// All of `text` as a number of that base.  Nothing: it does not fit into N, is empty, has a blank, a "0x" or a '+', a
// '-' where N has no sign, or anything behind the number.
template <std::integral N>
std::optional<N> number(std::string_view text, int base = 10) {
    N value = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value, base);
    if (error != std::errc{} || end != last) return std::nullopt;
    return value;
}

// The same for exactly that many digits, as hexadecimal fields have.
template <std::integral N>
std::optional<N> hex_digits(std::string_view text, std::size_t digits) {
    if (text.size() != digits || text.find('-') != std::string_view::npos) return std::nullopt;
    return number<N>(text, 16);
}

} // namespace had::core
