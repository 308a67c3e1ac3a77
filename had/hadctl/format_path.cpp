#include "had/hadctl/format.hpp"

#include <fmt/format.h>

#include <string>

namespace had::hadctl {

namespace {

std::string round_trip(const core::PathReport& path) {
    if (path.answered == 0 || path.round_trip == core::Duration{}) return "-";
    return milliseconds(path.round_trip);
}

std::string loss(const core::PathReport& path) {
    const std::uint64_t judged = path.answered + path.lost;
    if (path.sent == 0 || judged == 0) return "-";
    return fmt::format("{:.1f} %", 100 * static_cast<double>(path.lost) / static_cast<double>(judged));
}

} // namespace

std::string format_paths(const std::vector<core::PathReport>& paths) {
    if (paths.empty()) return "no monitor watches it\n";
    std::vector<TableRow> rows{{{"interface", "monitor", "port", "asked", "state", "loss", "round trip", "stray"}}};
    for (const core::PathReport& path : paths)
        rows.push_back({{path.interface, path.monitor, path.port, path.who,
                         fmt::format("{} {}", to_string(path.state), lasts(path.lasts)), loss(path),
                         round_trip(path), path.stray == 0 ? "-" : std::to_string(path.stray)}});
    return format_table(rows);
}

} // namespace had::hadctl
