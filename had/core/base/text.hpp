// Texts in pieces: the one way to cut lines, words, paths and lists.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// What stands before the delimiter, or all; `text` loses it and the delimiter.
std::string_view take_until(std::string_view& text, char delimiter);
// Also empty pieces: "a,,b" has three, and "" has one.
std::vector<std::string_view> split(std::string_view text, char delimiter);
// What blanks and tabs part; never empty ones.
std::vector<std::string_view> words_of(std::string_view text);

// `text`, or as much of it as leaves room for "..." within `most` bytes, which are at least three; no UTF-8
// letter is cut.
std::string shortened(std::string_view text, std::size_t most);

} // namespace had::core
