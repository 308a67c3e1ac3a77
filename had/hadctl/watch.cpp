#include "had/hadctl/watch.hpp"

#include "had/hadctl/terminal.hpp"

#include <chrono>
#include <optional>

namespace had::hadctl {

namespace {

constexpr core::Duration redraw = std::chrono::seconds(1);

} // namespace

Exit show(const Options& options, const std::function<Table(control::Client& client)>& ask) {
    control::Client client(options.socket);
    std::optional<Screen> screen;
    const auto draw = [&] {
        const Table table = ask(client);
        if (screen) screen->draw(table.text);
        else print(table.text);
        return table.exit;
    };
    if (!options.watch) return draw();
    keep_interrupts();
    if (on_terminal() && !options.json) screen.emplace();
    Exit exit = Exit::ok;
    while (!interrupted()) {
        exit = draw();
        client.wait_event(redraw);
    }
    return exit;
}

} // namespace had::hadctl
