#include "had/core/service/device.hpp"

#include <algorithm>

namespace had::core {

bool fits(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

namespace {

using Attributes = std::map<std::string, std::string>;

bool has(const Attributes& attributes, const Attribute& wanted) {
    const auto at = attributes.find(wanted.name);
    return at != attributes.end() && fits(wanted.value, at->second);
}

// A serial port does not say what it is; the USB device three levels up does, and nothing between them has both ids.
bool one_has_all(const SysDevice& device, const std::vector<Attribute>& wanted) {
    return wanted.empty() || std::any_of(device.chain.begin(), device.chain.end(), [&](const Attributes& one) {
        return std::all_of(wanted.begin(), wanted.end(), [&](const Attribute& each) { return has(one, each); });
    });
}

// A modem has several ports; the number of the nearest USB interface tells them apart.
bool nearest_has(const SysDevice& device, const Attribute& wanted) {
    const auto nearest = std::find_if(device.chain.begin(), device.chain.end(),
                                      [&](const Attributes& one) { return one.contains(wanted.name); });
    return nearest != device.chain.end() && has(*nearest, wanted);
}

} // namespace

bool is_meant(const MatchConfig& match, const SysDevice& device) {
    return device.subsystem == match.subsystem && (match.devtype.empty() || device.devtype == match.devtype) &&
           (match.product.empty() || fits(match.product, device.product)) && one_has_all(device, match.attributes) &&
           std::all_of(match.number.begin(), match.number.end(),
                       [&](const Attribute& one) { return nearest_has(device, one); });
}

} // namespace had::core
