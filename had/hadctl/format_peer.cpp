#include "had/hadctl/format.hpp"

#include <fmt/format.h>

namespace had::hadctl {

namespace {

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
    std::vector<TableRow> rows{
        {{"peer", "lan", "interface", "address", "state", "used", "heard", "round trip", "refused"}}};
    for (const core::PeerReport& one : peers)
        rows.push_back({{one.peer, one.lan, one.interface.empty() ? "-" : one.interface, one.address,
                         fmt::format("{} {}", to_string(one.state), lasts(one.lasts)), one.used ? "yes" : "no",
                         one.heard ? lasts(*one.heard) + " ago" : "never",
                         one.answered == 0 ? "-" : milliseconds(one.round_trip), refused(one)},
                        one.text.empty() ? "" : "it " + one.text});
    return format_table(rows);
}

} // namespace had::hadctl
