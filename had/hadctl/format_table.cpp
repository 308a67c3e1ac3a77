// Tables of `path` and `peer`.
#include "had/hadctl/format.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace had::hadctl {

std::string milliseconds(core::Duration time) {
    return fmt::format("{:.1f} ms", static_cast<double>(time.count()) / 1000);
}

std::string lasts(core::Duration time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    if (seconds.count() < 10) return fmt::format("{:.1f}s", static_cast<double>(time.count()) / 1e6);
    if (seconds < std::chrono::hours(1)) return fmt::format("{}s", seconds.count());
    return fmt::format("{}h", std::chrono::duration_cast<std::chrono::hours>(seconds).count());
}

std::string format_table(const std::vector<TableRow>& rows) {
    std::vector<std::size_t> widths;
    for (const TableRow& row : rows) {
        widths.resize(std::max(widths.size(), row.cells.size()));
        for (std::size_t i = 0; i < row.cells.size(); ++i) widths[i] = std::max(widths[i], row.cells[i].size());
    }
    std::string text;
    for (const TableRow& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.cells.size(); ++i) line += fmt::format("{:<{}}  ", row.cells[i], widths[i]);
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
        if (!row.note.empty()) text += fmt::format("    {}\n", row.note);
    }
    return text;
}

} // namespace had::hadctl
