// `hadctl peer`: the hosts of [peer], a line for each LAN.
#include "had/control/view_json.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/understood.hpp"
#include "had/hadctl/watch.hpp"

#include <algorithm>

namespace had::hadctl {

Exit peer(const Options& options) {
    return show(options, [&](control::Client& client) -> Table {
        const std::string answer = client.call("peer", {{"peer", options.object}});
        const auto peers = understood(control::peers_from_json(answer));
        const auto lost = [](const core::PeerReport& one) { return one.lost(); };
        return {options.json ? answer + "\n" : format_peers(peers),
                std::any_of(peers.begin(), peers.end(), lost) ? Exit::degraded : Exit::ok};
    });
}

} // namespace had::hadctl
