// `hadctl peer`: the hosts of [peer], a line for each LAN; who else is there; and the addresses that two of them share.
#include "had/control/view_json.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/hadctl/understood.hpp"
#include "had/hadctl/watch.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

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

// What answers later than that is too far away to be on the LAN.
Exit scan(const Options& options) {
    constexpr core::Duration answers_take = std::chrono::seconds(1);
    control::Client client(options.socket);
    client.call("peer.scan", {});
    std::this_thread::sleep_for(answers_take);
    const std::string answer = client.call("peer.found", {});
    const auto found = understood(control::found_from_json(answer));
    print(options.json ? answer + "\n" : format_found(found));
    return Exit::ok;
}

Exit pair(const Options& options) {
    return show(options, [&](control::Client& client) -> Table {
        const std::string answer = client.call("pair", {});
        const auto pairs = understood(control::pairs_from_json(answer));
        return {options.json ? answer + "\n" : format_pairs(pairs),
                std::any_of(pairs.begin(), pairs.end(), core::is_wrong) ? Exit::degraded : Exit::ok};
    });
}

} // namespace had::hadctl
