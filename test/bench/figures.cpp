#include "test/bench/figures.hpp"

#include "test/chassis/guest.hpp"
#include "test/chassis/place.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

namespace had::test {

namespace {

double at(const std::vector<double>& sorted, double part) {
    if (sorted.empty()) return 0;
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1) + 0.5)];
}

} // namespace

void install(Guest& guest) {
    guest.expect(fmt::format("cp {}/etc/pcidrivers.conf /etc", place().tree));
}

void progress(std::string_view text) {
    fmt::print(stderr, "  {:<7} {}\n", "BENCH", text);
}

Spread spread(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return {at(values, 0.5), at(values, 0.25), at(values, 0.75), at(values, 0.9), at(values, 1)};
}

std::string print(const Spread& s, std::string_view unit) {
    const int digits = s.median < 100 ? 1 : 0;
    return fmt::format("{0:.{4}f} {3} ({1:.{4}f}-{2:.{4}f})", s.median, s.low, s.high, unit,
                       digits);
}

Figure compare(std::string what, const Spread& had, const Spread& peer, std::string_view unit,
               double goal) {
    const double ratio = had.median / peer.median;
    return {std::move(what),
            print(had, unit),
            print(peer, unit),
            fmt::format("{:.2f} x", ratio),
            fmt::format("{} x", goal),
            ratio <= goal};
}

} // namespace had::test
