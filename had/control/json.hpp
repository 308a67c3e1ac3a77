// The JSON library as this folder uses it.  Slow to compile: for .cpp files that speak JSON, only.
#pragma once

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace had::control {

using Json = nlohmann::ordered_json;          // keys stay in the order that reads best

// One line.  An interface's name may hold any bytes: what is not UTF-8 is replaced, never thrown at.
inline std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Discarded (is_discarded()) when it is not JSON.
inline Json parse(std::string_view text) {
    return Json::parse(text, nullptr, false);
}

// `member` of `json` into `value` where it is there and of that type; else `value` stays.  Throws when
// `json` is no object.
template <class T>
void take(const Json& json, const char* member, T& value) {
    if (!json.is_object()) throw std::invalid_argument("not an object");
    const auto found = json.find(member);
    if (found == json.end()) return;
    if constexpr (std::is_same_v<T, bool>) {
        if (found->is_boolean()) value = found->template get<bool>();
    } else if constexpr (std::is_integral_v<T>) {
        if (found->is_number_integer()) value = found->template get<T>();
    } else {
        if (found->is_string()) value = found->template get<T>();
    }
}

} // namespace had::control
