#include "had/core/config/command_words.hpp"

namespace had::core {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Calls text(char) and name(word) with what stands in it.  False: a "%" that is neither "%%" nor "%{NAME}".
template <class Text, class Name>
bool walk(std::string_view text, Text on_text, Name on_name) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            on_text(text[i]);
        } else if (text.substr(i, 2) == "%%") {
            on_text('%');
            ++i;
        } else {
            const auto end = text.find('}', i);
            if (text.substr(i, 2) != "%{" || end == std::string_view::npos || end == i + 2) return false;
            on_name(text.substr(i + 2, end - i - 2));
            i = end;
        }
    }
    return true;
}

} // namespace

std::optional<std::vector<std::string>> command_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool in_word = false;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\' && quote != '\'') {
            if (++i == text.size()) return std::nullopt;
            word += text[i];
            in_word = true;
        } else if (quote != 0) {
            if (c == quote) quote = 0;
            else word += c;
        } else if (c == '"' || c == '\'') {
            quote = c;
            in_word = true;
        } else if (is_blank(c)) {
            if (in_word) words.push_back(std::move(word));
            word.clear();
            in_word = false;
        } else {
            word += c;
            in_word = true;
        }
    }
    if (quote != 0) return std::nullopt;
    if (in_word) words.push_back(std::move(word));
    return words;
}

std::optional<std::vector<std::string>> placeholders(std::string_view text) {
    std::vector<std::string> names;
    const bool good = walk(text, [](char) {}, [&](std::string_view name) { names.emplace_back(name); });
    return good ? std::optional(std::move(names)) : std::nullopt;
}

std::optional<std::string> filled(std::string_view text, const ValueOf& value) {
    std::string out;
    bool known = true;
    walk(
        text, [&](char c) { out += c; },
        [&](std::string_view name) {
            const auto found = value(name);
            known = known && found;
            out += found.value_or("");
        });
    return known ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace had::core
