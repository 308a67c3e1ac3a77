// One of many by its name.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace had::core {

// Null: there is none of that name.
template <class T>
const T* named(const std::vector<T>& all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace had::core
