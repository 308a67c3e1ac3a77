// `hadctl peer`: the hosts of [peer], a line for each LAN.
#include "had/control/client.hpp"
#include "had/control/view_json.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/terminal.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace had::hadctl {

namespace {

constexpr core::Duration redraw = std::chrono::seconds(1);     // with --watch

Exit show(control::Client& client, const Options& options, std::optional<Screen>& screen) {
    const std::string answer = client.call("peer", {{"peer", options.object}});
    const auto peers = control::peers_from_json(answer);
    if (!peers) throw control::ClientError(Exit::failed, "the daemon answers what this hadctl does not understand");
    const std::string text = options.json ? answer + "\n" : format_peers(*peers);
    if (screen) screen->draw(text);
    else print(text);
    const auto lost = [](const core::PeerReport& one) {
        return !one.link || one.state == core::LanState::lost || !one.peer_hears;
    };
    return std::any_of(peers->begin(), peers->end(), lost) ? Exit::degraded : Exit::ok;
}

} // namespace

Exit peer(const Options& options) {
    control::Client client(options.socket);
    std::optional<Screen> screen;
    if (!options.watch) return show(client, options, screen);
    keep_interrupts();
    if (on_terminal() && !options.json) screen.emplace();
    Exit exit = Exit::ok;
    while (!interrupted()) {
        exit = show(client, options, screen);
        client.wait_event(redraw);
    }
    return exit;
}

} // namespace had::hadctl
