#include "had/core/config/driver_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::core {

namespace {

std::string field(const std::optional<std::uint16_t>& number) {
    return number ? fmt::format("{:04x}", *number) : "*";
}

bool fits(const std::optional<std::uint16_t>& claimed, std::uint16_t actual) {
    return !claimed || *claimed == actual;
}

bool claims(const DriverClaim& claim, const CardId& card) {
    return fits(claim.vendor, card.vendor) && fits(claim.device, card.device) &&
           fits(claim.subvendor, card.subvendor) && fits(claim.subdevice, card.subdevice) &&
           fits(claim.device_class, static_cast<std::uint16_t>(card.class_code >> 8));
}

// The first among a module's narrowest claims on this card.
const DriverClaim* best_claim(const DriverEntry& entry, const CardId& card) {
    const DriverClaim* best = nullptr;
    for (const DriverClaim& claim : entry.claims) {
        if (!claims(claim, card)) continue;
        if (!best || specificity(claim) > specificity(*best)) best = &claim;
    }
    return best;
}

} // namespace

std::string to_string(const DriverClaim& claim) {
    if (claim.device_class) return "class = " + field(claim.device_class);
    std::string text = fmt::format("id = {}:{}", field(claim.vendor), field(claim.device));
    if (claim.subvendor || claim.subdevice)
        text += fmt::format(":{}:{}", field(claim.subvendor), field(claim.subdevice));
    return text;
}

bool same_module(std::string_view a, std::string_view b) {
    const auto letter = [](char c) { return c == '-' ? '_' : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return letter(x) == letter(y); });
}

std::string print(const DriverTable& table) {
    std::string text;
    for (const DriverEntry& entry : table.entries) {
        if (!text.empty()) text += '\n';
        text += fmt::format("[{}]\n", entry.module);
        for (const DriverClaim& claim : entry.claims)
            text += to_string(claim) + '\n';
        if (!entry.options.empty()) text += fmt::format("options = {}\n", entry.options);
        if (!entry.also.empty()) text += fmt::format("also = {}\n", fmt::join(entry.also, " "));
    }
    return text;
}

CardId id_of(const PciFunction& function) {
    return {function.vendor, function.device, function.subvendor, function.subdevice,
            function.class_code};
}

// One bit a field, the narrower fields higher: no sum of lower bits outweighs a higher one.
unsigned specificity(const DriverClaim& claim) {
    return (claim.subdevice ? 16U : 0U) | (claim.subvendor ? 8U : 0U) | (claim.device ? 4U : 0U) |
           (claim.vendor ? 2U : 0U) | (claim.device_class ? 1U : 0U);
}

std::vector<DriverMatch> lookup(const DriverTable& table, const CardId& card) {
    std::vector<DriverMatch> matches;
    for (const DriverEntry& entry : table.entries)
        if (const DriverClaim* claim = best_claim(entry, card)) matches.push_back({&entry, claim});
    std::stable_sort(matches.begin(), matches.end(),
                     [](const DriverMatch& a, const DriverMatch& b) {
                         return specificity(*a.claim) > specificity(*b.claim);
                     });
    return matches;
}

} // namespace had::core
