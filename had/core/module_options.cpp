#include "had/core/module_options.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace had::core {
namespace {

// As kernel/params.c reads it: decimal, 0x or 0; bool parameters also y, n, on and off, and alone.
std::optional<long long> number_of(const std::string& text) {
    if (text.empty() || text == "y" || text == "Y" || text == "on") return 1;
    if (text == "n" || text == "N" || text == "off") return 0;
    char* end = nullptr;
    const long long number = std::strtoll(text.c_str(), &end, 0);
    return *end == '\0' ? std::optional(number) : std::nullopt;
}

bool same_value(const std::string& a, const std::string& b) {
    if (a == b) return true;
    const auto one = number_of(a), other = number_of(b);
    return one && other && *one == *other;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t to = std::min(text.find(separator, from), text.size());
        parts.emplace_back(text.substr(from, to - from));
        from = to + 1;
    }
    return parts;
}

// Of a list had names the beginning; the module may fill up the rest.
bool is_so(const std::string& wanted, const std::string& in_force) {
    const auto want = split(wanted, ','), have = split(in_force, ',');
    return want.size() <= have.size() && std::equal(want.begin(), want.end(), have.begin(), same_value);
}

} // namespace

std::vector<OtherParameter> other_than_wanted(std::string_view options, const Parameters& in_force) {
    std::vector<OtherParameter> others;
    for (const std::string& option : split(options, ' ')) {
        const std::size_t equals = std::min(option.find('='), option.size());
        const auto at = in_force.find(option.substr(0, equals));
        if (at == in_force.end()) continue;
        const std::string wanted = equals < option.size() ? option.substr(equals + 1) : "";
        if (!is_so(wanted, at->second)) others.push_back({at->first, wanted, at->second});
    }
    return others;
}

} // namespace had::core
