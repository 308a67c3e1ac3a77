// What the parsers of had.conf's sections share: reading one value, and one form for each kind of error.
#pragma once

#include "had/core/base/diagnostics.hpp"
#include "had/core/base/ini.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/base/types.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace had::core {

// What a message says of a value: another line is seen from the one that is wrong.
template <class T>
using Shown = std::conditional_t<std::is_same_v<std::remove_cvref_t<T>, Line>, std::string, T>;
template <class T>
Shown<T&&> shown(const Line& here, T&& value) {
    if constexpr (std::is_same_v<std::remove_cvref_t<T>, Line>) return value.seen_from(here);
    else return std::forward<T>(value);
}

// The mistakes of one object of the file.
struct Notes {
    Diagnostics& list;
    std::string object;                       // "bond0", "slot 2", "2.1"

    void error(const Line& line, std::string text) const;
    void warning(const Line& line, std::string text) const;
    template <class First, class... More>
    void error(const Line& line, fmt::format_string<Shown<First>, Shown<More>...> form, First&& first,
               More&&... more) const {
        error(line, fmt::format(form, shown(line, std::forward<First>(first)),
                                shown(line, std::forward<More>(more))...));
    }
    template <class First, class... More>
    void warning(const Line& line, fmt::format_string<Shown<First>, Shown<More>...> form, First&& first,
                 More&&... more) const {
        warning(line, fmt::format(form, shown(line, std::forward<First>(first)),
                                  shown(line, std::forward<More>(more))...));
    }
};

// One `key = value`.  A method that returns nothing, or false, has added the error.
class Reader {
public:
    Reader(const Notes& notes, const IniEntry& entry) : notes_(notes), entry_(entry) {}

    [[nodiscard]] const std::string& key() const { return entry_.key; }
    [[nodiscard]] const std::string& text() const { return entry_.value; }
    [[nodiscard]] const Line& line() const { return entry_.line; }
    // A list: words between blanks or commas.
    [[nodiscard]] std::vector<std::string_view> words() const;
    // The same, with at least one word: a value of commas alone is empty, and an empty list would often mean "any".
    [[nodiscard]] std::vector<std::string_view> list() const;

    template <class... Args>
    void error(fmt::format_string<Shown<Args>...> form, Args&&... args) const {
        notes_.error(line(), fmt::format(form, shown(line(), std::forward<Args>(args))...));
    }
    template <class... Args>
    void warning(fmt::format_string<Shown<Args>...> form, Args&&... args) const {
        notes_.warning(line(), fmt::format(form, shown(line(), std::forward<Args>(args))...));
    }
    // "'KEY' must be WHAT, not 'VALUE'"
    void must_be(std::string_view what) const { must_be(what, entry_.value); }
    void must_be(std::string_view what, std::string_view value) const;
    // "unknown KEY 'VALUE', did you mean 'CANDIDATE'?", or all candidates when none is near.
    void unknown(std::span<const std::string_view> candidates) const;

    [[nodiscard]] std::optional<std::uint64_t> number(std::uint64_t min, std::uint64_t max,
                                                      std::string_view unit = "") const;
    [[nodiscard]] std::optional<std::int32_t> signed_number() const;
    [[nodiscard]] std::optional<bool> yes_or_no() const;
    [[nodiscard]] std::optional<Duration> duration() const;
    // Of a file, in its shortest spelling: one file is known by one name.
    [[nodiscard]] std::optional<std::string> absolute_path() const;
    // Of a file that the daemon, or a program beside it, writes and replaces: never a device, a directory, or a file
    // of their own.
    [[nodiscard]] std::optional<std::string> written_path() const;
    [[nodiscard]] std::optional<std::string> label() const;
    [[nodiscard]] std::optional<IpAddress> address(IpFamily family) const;

private:
    const Notes& notes_;
    const IniEntry& entry_;
};

// What is between the quotes around a value or a name; nothing: it has no quotes.
std::optional<std::string_view> without_quotes(std::string_view text);
std::optional<std::uint64_t> whole_number(std::string_view text);
// "a", "a or b", "a, b or c"
std::string either(std::span<const std::string_view> words);

} // namespace had::core
