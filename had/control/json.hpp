// The JSON library as this folder uses it.  Slow to compile: for .cpp files that speak JSON, only.
#pragma once

#include "had/core/base/number.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace had::control {

using Json = nlohmann::ordered_json;          // keys stay in the order that reads best

// One line.  An interface's name may hold any bytes: what is not UTF-8 is replaced, never thrown at.
inline std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Whether arrays and objects are nested deeper than any of ours.  The library copies and prints them by
// recursion, so deep ones from the other end could crash this program.
inline bool is_too_deep(std::string_view text) {
    constexpr int most = 32;
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\') ++i;                   // in a string; elsewhere it is no JSON anyway
        else if (c == '"') quoted = !quoted;
        else if (quoted) continue;
        else if (c == '[' || c == '{') ++depth;
        else if (c == ']' || c == '}') --depth;
        if (depth > most) return true;
    }
    return false;
}

// Discarded (is_discarded()) when it is not JSON, or nested too deeply to be ours.
inline Json parse(std::string_view text) {
    return is_too_deep(text) ? Json(Json::value_t::discarded) : Json::parse(text, nullptr, false);
}

// Sets `value` from `member` of `json` when that exists, has the type and is within its range.
// Throws when `json` is not an object.
template <class T>
void take(const Json& json, const char* member, T& value) {
    if (!json.is_object()) throw std::invalid_argument("not an object");
    const auto found = json.find(member);
    if (found == json.end()) return;
    if constexpr (std::is_same_v<T, bool>) {
        if (found->is_boolean()) value = found->template get<bool>();
    } else if constexpr (std::is_integral_v<T>) {
        const auto take_in_range = [&](auto number) {
            if (std::in_range<T>(number)) value = static_cast<T>(number);
        };
        if (found->is_number_unsigned()) take_in_range(found->template get<std::uint64_t>());
        else if (found->is_number_integer()) take_in_range(found->template get<std::int64_t>());
    } else {
        if (found->is_string()) value = found->template get<T>();
    }
}

inline std::string hex(unsigned value, int digits) {
    return fmt::format("{:0{}x}", value, digits);
}

// Throws when it is not a hexadecimal number, or does not fit into T.
template <class T>
T hex_from(std::string_view text) {
    const auto value = core::number<T>(text, 16);
    if (!value) throw std::invalid_argument("no hexadecimal number: " + std::string(text));
    return *value;
}

template <class T>
void take_hex(const Json& json, const char* member, T& value) {
    std::string text;
    take(json, member, text);
    if (!text.empty()) value = hex_from<T>(text);
}

// A value that is written as text and read by a function of the core; "" or null is the default.
template <class T, class From>
void take_text(const Json& json, const char* member, T& value, From from) {
    std::string text;
    take(json, member, text);
    if (text.empty()) return;
    const auto read = from(text);
    if (!read) throw std::invalid_argument(std::string(member) + ": " + text);
    value = *read;
}

template <class List, class Read>
void take_list(const Json& json, const char* member, List& values, Read read) {
    const auto found = json.find(member);
    if (found == json.end()) return;
    for (const Json& element : found->get_ref<const Json::array_t&>())
        values.push_back(read(element));
}

inline std::string text_from(const Json& json) {
    return json.get<std::string>();
}

// json's own exceptions, ours and those of optional::value all derive from this one.
template <class Read>
auto read(std::string_view text, Read from) -> std::optional<decltype(from(Json()))> {
    try {
        const Json json = parse(text);
        if (!json.is_object()) return std::nullopt;
        return from(json);
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

} // namespace had::control
