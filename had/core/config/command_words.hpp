// A command of had.conf as the words of a program: blanks part them, quotes and a backslash keep blanks.  No shell
// reads it, so nothing in it means more than it says.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

// Nothing: a quote is not closed, or a backslash stands at the end.
std::optional<std::vector<std::string>> command_words(std::string_view text);

// The names of `%{NAME}` in a text, in their order; "%%" is a percent sign.  Nothing: a "%" that is neither.
std::optional<std::vector<std::string>> placeholders(std::string_view text);
// The text with each `%{NAME}` replaced.  Nothing: `value` has none for one of them.  Requires: placeholders(text).
using ValueOf = std::function<std::optional<std::string>(std::string_view name)>;
std::optional<std::string> filled(std::string_view text, const ValueOf& value);

} // namespace had::core
