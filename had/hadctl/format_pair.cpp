#include "had/core/view/pair.hpp"
#include "had/hadctl/format.hpp"

#include <fmt/format.h>

namespace had::hadctl {

using namespace core;

namespace {

std::string address_of(const std::optional<SharedHost>& host) {
    if (!host) return "unknown";
    return host->has ? "has it" : host->kept ? "is kept from it" : "-";
}

std::string said_by(const std::optional<SharedHost>& host) {
    if (!host) return "unknown";
    return host->gone ? "has ended" : std::string(to_string(host->word));
}

std::string since_of(const std::optional<SharedHost>& host) {
    return host && !host->since.empty() ? host->since.substr(0, host->since.find('.')) + "Z" : "-";
}

// "bond0, 7.0; not 8.0"
std::string heard_by(const PairReport& pair) {
    std::string heard, lost;
    for (const PeerLanView& lan : pair.lans) {
        std::string& list = lan.usable() ? heard : lost;
        list += fmt::format("{}{}", list.empty() ? "" : ", ", lan.lan);
    }
    if (heard.empty()) return "no LAN";
    return lost.empty() ? heard : fmt::format("{}; not {}", heard, lost);
}

} // namespace

std::string format_pairs(const std::vector<PairReport>& pairs) {
    if (pairs.empty()) return "had.conf shares no address with a peer: 'shared = ADDRESS' of a [peer] does\n";
    std::vector<TableRow> rows{{{"address", "on", "host", "address", "since", "keepalived", "VRRP", "heard by"}}};
    for (const PairReport& pair : pairs) {
        const SharedView& shared = pair.shared;
        rows.push_back({{to_string(shared.address), shared.interface, "this one", address_of(shared.here),
                         since_of(shared.here), said_by(shared.here), "", ""}});
        rows.push_back({{"", "", pair.peer, address_of(shared.there), since_of(shared.there), said_by(shared.there),
                         pair.vrrp, heard_by(pair)},
                        shared.text});
    }
    return format_table(rows);
}

std::string format_found(const std::vector<PeerFound>& found) {
    if (found.empty())
        return "nobody has answered: on other hosts a [peer] has to name the LAN, the port and a key that is one of "
               "these\n";
    std::vector<TableRow> rows{{{"lan", "interface", "address", "peer here", "knows this host", "key"}}};
    for (const PeerFound& one : found)
        rows.push_back({{one.lan, one.interface, one.address, one.peer.empty() ? "-" : one.peer,
                         one.knows ? "yes" : "no", fmt::format("{}", one.key)}});
    return format_table(rows);
}

} // namespace had::hadctl
