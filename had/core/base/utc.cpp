#include "had/core/base/utc.hpp"

#include "had/core/base/number.hpp"

#include <chrono>
#include <fmt/format.h>

namespace had::core {

using namespace std::chrono;

namespace {

// The number that begins at `at` and has so many digits.  Nothing: something else stands there.
std::optional<unsigned> digits(std::string_view text, std::size_t at, std::size_t count) {
    const std::string_view part = text.substr(at, count);
    if (part.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    return number<unsigned>(part);
}

// ".000001" of a second, in microseconds.
std::optional<std::int64_t> fraction(std::string_view text) {
    if (text.empty()) return 0;
    if (text.front() != '.' || text.size() < 2 || text.size() > 10) return std::nullopt;
    std::string six(text.substr(1, 6));
    six.resize(6, '0');
    const auto micros = digits(six, 0, 6);
    if (!micros || !digits(text, 1, text.size() - 1)) return std::nullopt;
    return *micros;
}

} // namespace

std::optional<std::int64_t> utc_micros_from(std::string_view text) {
    constexpr std::string_view form = "0000-00-00T00:00:00";
    if (text.size() <= form.size() || text.back() != 'Z') return std::nullopt;
    for (const std::size_t at : {4, 7, 10, 13, 16})
        if (text[at] != form[at]) return std::nullopt;
    const auto y = digits(text, 0, 4), m = digits(text, 5, 2), d = digits(text, 8, 2);
    const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
    const auto part = fraction(text.substr(form.size(), text.size() - form.size() - 1));
    if (!y || !m || !d || !hour || !minute || !second || !part) return std::nullopt;
    const year_month_day day{year(static_cast<int>(*y)), month(*m), std::chrono::day(*d)};
    if (!day.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    const auto since = sys_days(day).time_since_epoch() + hours(*hour) + minutes(*minute) + seconds(*second);
    return duration_cast<microseconds>(since).count() + *part;
}

std::string utc_micros_text(std::int64_t micros) {
    const sys_time<microseconds> time{microseconds(micros)};
    const auto midnight = floor<days>(time);
    const year_month_day day(midnight);
    const hh_mm_ss<microseconds> clock(time - midnight);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

} // namespace had::core
