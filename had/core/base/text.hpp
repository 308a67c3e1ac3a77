// Texts in pieces: the one way to cut lines, words, paths and lists.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// Cuts off and returns what is before the delimiter, or everything; `text` loses the delimiter too.
std::string_view take_until(std::string_view& text, char delimiter);
// With empty pieces: "a,,b" has three, and "" has one.
std::vector<std::string_view> split(std::string_view text, char delimiter);
// The words between blanks and tabs; none is empty.
std::vector<std::string_view> words_of(std::string_view text);

// Without the blanks at its ends.
std::string_view trimmed(std::string_view text);

// `text` within `most` bytes (three or more): a longer one is cut and ends in "...".  No UTF-8 letter is cut.
std::string shortened(std::string_view text, std::size_t most);

} // namespace had::core
