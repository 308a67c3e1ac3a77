#include "had/hadctl/format.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>

namespace had::hadctl {

namespace {

// In milliseconds below a second, as people compare round trips.
std::string round_trip(const core::PathReport& path) {
    if (path.answered == 0 || path.round_trip == core::Duration{}) return "-";
    return fmt::format("{:.1f} ms", static_cast<double>(path.round_trip.count()) / 1000);
}

std::string lasts(core::Duration time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    if (seconds.count() < 10) return fmt::format("{:.1f}s", static_cast<double>(time.count()) / 1e6);
    if (seconds < std::chrono::hours(1)) return fmt::format("{}s", seconds.count());
    return fmt::format("{}h", std::chrono::duration_cast<std::chrono::hours>(seconds).count());
}

std::string loss(const core::PathReport& path) {
    const std::uint64_t judged = path.answered + path.lost;
    if (path.sent == 0 || judged == 0) return "-";
    return fmt::format("{:.1f} %", 100 * static_cast<double>(path.lost) / static_cast<double>(judged));
}

using Row = std::array<std::string, 7>;

} // namespace

std::string format_paths(const std::vector<core::PathReport>& paths) {
    if (paths.empty()) return "no monitor watches it\n";
    std::vector<Row> rows{{"interface", "monitor", "port", "asked", "state", "loss", "round trip"}};
    for (const core::PathReport& path : paths)
        rows.push_back({path.interface, path.monitor, path.port, path.who,
                        fmt::format("{} {}", to_string(path.state), lasts(path.lasts)), loss(path), round_trip(path)});
    std::array<std::size_t, 7> widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    return text;
}

} // namespace had::hadctl
