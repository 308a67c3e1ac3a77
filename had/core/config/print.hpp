// The normal form of had.conf: what each section's file (bond.cpp and so on) writes of its keys, only what differs from
// the default, one element of a repeatable key a line (a line has at most 199 bytes).
#pragma once

#include "had/core/config/config.hpp"

#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

class Printer {
public:
    void section(std::string_view kind, std::string_view name = "") {
        if (!text_.empty()) text_ += '\n';
        text_ += fmt::format("[{}{}{}]\n", kind, name.empty() ? "" : " ", name);
    }
    template <class T>
    void key(std::string_view name, const T& value) {
        fmt::format_to(std::back_inserter(text_), "{} = {}\n", name, value);
    }
    template <class T>
    void optional(std::string_view name, const std::optional<T>& value) {
        if (value) key(name, *value);
    }
    void given(std::string_view name, const std::string& value) {
        if (!value.empty()) key(name, value);
    }
    void given(std::string_view name, const std::vector<std::string>& words) {
        if (!words.empty()) key(name, fmt::format("{}", fmt::join(words, " ")));
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::string print_mac(const MacPolicy& mac);  // "stable", "first", "02:00:00:00:00:01"
inline std::string_view yes_or_no(bool value) { return value ? "yes" : "no"; }

} // namespace had::core
