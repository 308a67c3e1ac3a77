// The verbs that stay.  They subscribe first and look then, so that nothing is missed, and sleep until an
// event comes.
#include "had/control/client.hpp"
#include "had/control/subscription.hpp"
#include "had/control/view_json.hpp"
#include "had/hadctl/card_name.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/panel.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/hadctl/understood.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <thread>

namespace had::hadctl {

namespace {

using control::Client;
using control::ClientError;
using std::chrono::steady_clock;

void subscribe_to_changes(Client& client) {
    client.call("subscribe", {{"changes", true}});
}

void forget_events(Client& client) {
    while (client.take_event()) {
    }
}

core::View view_of(const std::string& answer) { return understood(control::view_from_json(answer)); }

// Runs until the daemon ends, which is thrown.  `position` follows the events, for a later try; `there` is set
// once the daemon has answered.
void tell_events(const Options& options, std::optional<control::Position>& position, bool& there) {
    Client client(options.socket);
    const control::Position now = control::subscribe(client, position, false);
    if (!position) position = now;
    there = true;
    for (;;) {
        while (const auto event = client.take_event()) {
            print(options.json ? event->json + "\n" : format(*event));
            if (event->seq) position = {event->instance, *event->seq};
        }
        client.wait_event(std::nullopt);
    }
}

// The daemon has ended, or has no place for one more client now.
bool passes(const ClientError& error) {
    const auto* call = dynamic_cast<const control::CallError*>(&error);
    return error.exit == Exit::not_running || (call && call->error.code == control::ErrorCode::too_many);
}

} // namespace

Exit watch(const Options& options) {
    keep_interrupts();
    const auto names = card_names();
    Client client(options.socket);
    subscribe_to_changes(client);
    std::optional<Screen> screen;
    if (on_terminal() && !options.json) screen.emplace();
    std::string shown;
    core::View view;
    while (!interrupted()) {
        forget_events(client);
        const std::string answer = client.call("status");
        view = view_of(answer);
        const std::string text = options.json    ? answer + "\n"
                                 : options.panel ? panel(view, style())
                                                 : picture(view, names, style());
        if (screen)
            screen->draw(text);
        else if (text != shown)
            print_picture((shown.empty() || options.json ? "" : "\n") + text);
        shown = text;
        client.wait_event(std::nullopt);
    }
    if (screen) { // the last picture stays in the scrollback
        screen.reset();
        print_picture(shown);
    }
    return exit_of(view.health);
}

Exit monitor(const Options& options) {
    auto position = position_from(options.since);
    if (!options.since.empty() && !position)
        throw ClientError(Exit::usage, "--since: '" + options.since + "' is not INSTANCE:SEQ");
    for (bool there = true;;) {
        try {
            tell_events(options, position, there);
        } catch (const ClientError& error) {
            if (!options.follow || !passes(error)) throw;
            if (there) print_error(fmt::format("hadctl: {}; waiting for it", error.what()));
            there = false;
            std::this_thread::sleep_for(std::chrono::seconds(1));
        }
    }
}

namespace {

struct Reached {
    bool there = false;
    std::string words;                        // "bond0 is down", for when it is not
};

Reached health_reached(const core::View& view, const Options& options) {
    const auto health = health_of(view, options.object);
    if (!health)
        throw ClientError(Exit::no_such_object,
                          options.object + ": no such slot, port, bond, VLAN, group, service, peer or interface");
    return {*health == options.until, fmt::format("{} is {}", options.object.empty() ? "the chassis" : options.object,
                                                  core::to_string(*health))};
}

// What can never come is not waited for.
Reached readiness_reached(const core::View& view, const Options& options) {
    if (options.object.empty()) throw ClientError(Exit::usage, "--until ready: which bond?  Its name is missing");
    const core::BondView* bond = view.bond(options.object);
    if (!bond && health_of(view, options.object))
        throw ClientError(Exit::usage, options.object + ": it is no bond, and only a bond can be ready");
    if (!bond) throw ClientError(Exit::no_such_object, options.object + ": no such bond");
    if (!bond->provable)
        throw ClientError(Exit::failed,
                          fmt::format("{} can never be ready: {}", bond->name,
                                      bond->unready.empty() ? "this daemon does not tell" : bond->unready));
    return {bond->ready, fmt::format("{} is not ready: {}", bond->name, bond->unready)};
}

} // namespace

Exit wait(const Options& options) {
    const auto start = steady_clock::now();
    Client client(options.socket);
    subscribe_to_changes(client);
    for (;;) {
        forget_events(client);
        const core::View view = view_of(client.call("status"));
        const Reached reached = options.until_ready ? readiness_reached(view, options) : health_reached(view, options);
        if (reached.there) return Exit::ok;
        std::optional<core::Duration> left;
        if (options.timeout)
            left = std::chrono::duration_cast<core::Duration>(
                std::chrono::duration<double>(*options.timeout) - (steady_clock::now() - start));
        if ((left && left->count() <= 0) || client.wait_event(left) == Client::Waited::timeout)
            throw ClientError(Exit::timed_out, options.until_ready
                                                   ? fmt::format("after {} s {}", *options.timeout, reached.words)
                                                   : fmt::format("{} after {} s, not {}", reached.words,
                                                                 *options.timeout, core::to_string(options.until)));
    }
}

} // namespace had::hadctl
