#include "had/hadctl/format.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>

namespace had::hadctl {

namespace {

using Row = std::array<std::string, 9>;

std::string milliseconds(core::Duration time) {
    return fmt::format("{:.1f} ms", static_cast<double>(time.count()) / 1000);
}

std::string lasts(core::Duration time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    if (seconds.count() < 10) return fmt::format("{:.1f}s", static_cast<double>(time.count()) / 1e6);
    if (seconds < std::chrono::hours(1)) return fmt::format("{}s", seconds.count());
    return fmt::format("{}h", std::chrono::duration_cast<std::chrono::hours>(seconds).count());
}

std::string refused(const core::PeerReport& report) {
    std::string text;
    for (std::size_t i = 0; i < report.refused.size(); ++i)
        if (report.refused[i] != 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", report.refused[i], core::peer_refusal_names[i]);
    return text.empty() ? "-" : text;
}

} // namespace

std::string format_peers(const std::vector<core::PeerReport>& peers) {
    if (peers.empty()) return "had.conf names no peer\n";
    std::vector<Row> rows{{"peer", "lan", "interface", "address", "state", "used", "heard", "round trip", "refused"}};
    for (const core::PeerReport& one : peers)
        rows.push_back({one.peer, one.lan, one.interface.empty() ? "-" : one.interface, one.address,
                        fmt::format("{} {}", to_string(one.state), lasts(one.lasts)), one.used ? "yes" : "no",
                        one.heard ? lasts(*one.heard) + " ago" : "never",
                        one.answered == 0 ? "-" : milliseconds(one.round_trip), refused(one)});
    std::array<std::size_t, std::tuple_size_v<Row>> widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (std::size_t n = 0; n < rows.size(); ++n) {
        std::string line;
        for (std::size_t i = 0; i < rows[n].size(); ++i) line += fmt::format("{:<{}}  ", rows[n][i], widths[i]);
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
        if (n > 0 && !peers[n - 1].text.empty()) text += fmt::format("    it {}\n", peers[n - 1].text);
    }
    return text;
}

} // namespace had::hadctl
