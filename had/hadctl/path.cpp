// `hadctl path`: every way that a monitor asks through, a line each.
#include "had/control/client.hpp"
#include "had/control/view_json.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/terminal.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <optional>

namespace had::hadctl {

namespace {

constexpr core::Duration redraw = std::chrono::seconds(1);     // with --watch

Exit show(control::Client& client, const Options& options, std::optional<Screen>& screen) {
    const std::string answer = client.call("path", {{"object", options.object}});
    const auto paths = control::paths_from_json(answer);
    if (!paths) throw control::ClientError(Exit::failed, "the daemon answers what this hadctl does not understand");
    const std::string text = options.json ? answer + "\n" : format_paths(*paths);
    if (screen) screen->draw(text);
    else print(text);
    const auto silent = [](const core::PathReport& path) { return path.state == core::PathState::silent; };
    return std::any_of(paths->begin(), paths->end(), silent) ? Exit::degraded : Exit::ok;
}

} // namespace

Exit path(const Options& options) {
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
