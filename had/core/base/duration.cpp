#include "had/core/base/duration.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace had::core {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t microseconds;
};
// Largest first: the order in which print_duration tries them.
constexpr Unit units[] = {
    {"h", 3'600'000'000}, {"min", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}};

} // namespace

std::optional<Duration> duration_from(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), count);
    if (error != std::errc{} || count < 0) return std::nullopt;
    std::string_view rest(end, static_cast<std::size_t>(text.end() - end));
    while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
    for (const Unit& unit : units) {
        if (unit.name != rest) continue;
        if (count > std::numeric_limits<std::int64_t>::max() / unit.microseconds)
            return std::nullopt;
        return Duration(count * unit.microseconds);
    }
    return std::nullopt;
}

std::string print_duration(Duration duration) {
    if (duration == Duration::zero()) return "0s";
    for (const Unit& unit : units) {
        if (duration.count() % unit.microseconds == 0) {
            return fmt::format("{}{}", duration.count() / unit.microseconds, unit.name);
        }
    }
    return {};
}

} // namespace had::core
