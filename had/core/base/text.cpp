#include "had/core/base/text.hpp"

#include <algorithm>

namespace had::core {

std::string_view take_until(std::string_view& text, char delimiter) {
    const std::string_view head = text.substr(0, text.find(delimiter));
    text.remove_prefix(std::min(text.size(), head.size() + 1));
    return head;
}

std::vector<std::string_view> split(std::string_view text, char delimiter) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const bool last = text.find(delimiter) == std::string_view::npos;
        pieces.push_back(take_until(text, delimiter));
        if (last) return pieces;
    }
}

std::vector<std::string_view> words_of(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    std::vector<std::string_view> words;
    while ((text = text.substr(std::min(text.find_first_not_of(blanks), text.size()))) != "") {
        words.push_back(text.substr(0, text.find_first_of(blanks)));
        text.remove_prefix(words.back().size());
    }
    return words;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\v\f\r";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    constexpr std::string_view dots = "...";
    const auto inside = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
    std::size_t end = most - dots.size();
    for (int i = 0; i < 3 && end > 0 && inside(end); ++i) --end;
    return std::string(text.substr(0, end)).append(dots);
}

} // namespace had::core
