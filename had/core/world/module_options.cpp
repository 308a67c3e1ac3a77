#include "had/core/world/module_options.hpp"

#include "had/core/base/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace had::core {
namespace {

// As kernel/params.c reads it: decimal, 0x or 0; bool parameters also y, n, on and off, and alone.
std::optional<long long> number_of(std::string_view value) {
    const std::string text(value);
    if (text.empty() || text == "y" || text == "Y" || text == "on") return 1;
    if (text == "n" || text == "N" || text == "off") return 0;
    char* end = nullptr;
    const long long number = std::strtoll(text.c_str(), &end, 0);
    return *end == '\0' ? std::optional(number) : std::nullopt;
}

bool same_value(std::string_view a, std::string_view b) {
    if (a == b) return true;
    const auto one = number_of(a), other = number_of(b);
    return one && other && *one == *other;
}

// Of a list the table may name only the beginning; the module may fill up the rest.
bool is_so(std::string_view wanted, std::string_view in_force) {
    const auto want = split(wanted, ','), have = split(in_force, ',');
    return want.size() <= have.size() && std::equal(want.begin(), want.end(), have.begin(), same_value);
}

} // namespace

std::vector<OtherParameter> other_than_wanted(std::string_view options, const Parameters& in_force) {
    std::vector<OtherParameter> others;
    for (std::string_view wanted : words_of(options)) {
        const auto at = in_force.find(std::string(take_until(wanted, '=')));
        if (at != in_force.end() && !is_so(wanted, at->second))
            others.push_back({at->first, std::string(wanted), at->second});
    }
    return others;
}

} // namespace had::core
