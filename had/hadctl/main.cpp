// hadctl: the command line as a table of verbs, and the exit codes.
#include "had/control/client.hpp"
#include "had/core/base/diagnostics.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/sys/fd.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <iterator>
#include <string>
#include <string_view>

namespace {

using namespace had::hadctl;

struct Command {
    const char* name;
    const char* help;
    Exit (*run)(const Options&);
    void (*arguments)(CLI::App&, Options&);
};

void with_json(CLI::App& app, Options& options) {
    app.add_flag("--json", options.json, "for programs: JSON as doc/protocol.md has it");
}

void with_file(CLI::App& app, Options& options) {
    with_json(app, options);
    app.add_option("FILE", options.file, "instead of the usual file");
}

void with_bond(CLI::App& app, Options& options) {
    with_json(app, options);
    app.add_option("BOND", options.bond, "a bond of had.conf")->required();
}

void with_slot(CLI::App& app, Options& options) {
    with_json(app, options);
    app.add_option("SLOT", options.slot, "a slot of had.conf")->required();
}

void with_domain(CLI::App& app, Options& options) {
    with_json(app, options);
    app.add_option("DOMAIN", options.domain, "a domain of had.conf")->required();
}

// What CLI11 prints behind the option's name; empty: it is a state.
std::string mistake_in(const std::string& word) {
    if (had::core::health_from(word)) return {};
    return fmt::format("'{}' is no state: healthy, degraded, down, absent, offline, quarantined, "
                       "contested",
                       word);
}

const Command commands[] = {
    {"status", "the picture of the chassis (exit 3: degraded or down)", status,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_flag("--watch", options.watch, "stay, and draw it again when something changes");
     }},
    {"explain", "why an object is as it is", explain,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("OBJECT", options.object, "a slot, port, bond or interface")->required();
     }},
    {"link", "what netlink, driver and transceiver say of a link, side by side", link,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("INTERFACE", options.object, "an interface, or a port")->required();
     }},
    {"plan", "what the daemon is about to do, or would do with FILE (exit 5: something waits)", plan,
     with_file},
    {"check", "every mistake in had.conf; needs no daemon and no root (exit 6: there are some)", check,
     with_file},
    {"reload", "take had.conf as it is now (exit 5: a part waits for --force)", reload,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_flag("--force", options.force, "also what cuts service for a moment");
     }},
    {"bond activate", "move the bond to a port by hand, and hold it there", activate,
     [](CLI::App& app, Options& options) {
         with_bond(app, options);
         app.add_option("PORT", options.port, "a port of the bond, 2.1, or its interface")->required();
     }},
    {"bond auto", "end that order: the daemon chooses the active port again", end_activation, with_bond},
    {"slot offline", "let the card go; returns when it is safe to pull (exit 5: it would cut service)", offline,
     [](CLI::App& app, Options& options) {
         with_slot(app, options);
         app.add_flag("--force", options.force, "also what cuts service");
         app.add_flag("--wait", options.wait, "ten minutes at most, for another port to serve instead");
     }},
    {"slot online", "end that order: the card serves again, or the slot is switched on", online, with_slot},
    {"slot accept", "let the card in that had.conf does not accept there", accept, with_slot},
    {"slot identify", "blink the slot's LED for a while", identify, with_slot},
    {"domain release", "give a domain away; returns when it is free (exit 5: it would cut service)", release,
     [](CLI::App& app, Options& options) {
         with_domain(app, options);
         app.add_flag("--force", options.force, "also what cuts service");
     }},
    {"domain take", "take a domain, or take it back", take, with_domain},
    {"pause", "the daemon looks and tells, and changes nothing, for 30min or so long", pause,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("DURATION", options.duration, "10min, 1h; 24h at most");
     }},
    {"resume", "end that pause: the daemon acts again", resume, with_json},
    {"monitor", "what happens, a line an event", monitor,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("--since", options.since, "INSTANCE:SEQ: go on after this event");
         app.add_flag("--follow", options.follow, "when the daemon ends, wait for it and go on");
     }},
    {"wait", "until OBJECT, or the whole, is in a state (exit 7: not in time)", wait,
     [](CLI::App& app, Options& options) {
         app.add_option("OBJECT", options.object,
                        "a slot, port, bond or interface; the whole chassis");
         app.add_option("--until", "healthy (unless given), degraded, down, absent, ...")
             ->check(mistake_in)
             ->each([&](const std::string& word) {
                 options.until = had::core::health_from(word).value_or(options.until);
             });
         app.add_option("--timeout", options.timeout,
                        "seconds; without it, for as long as it takes")
             ->check(CLI::NonNegativeNumber);
     }},
};

int complain(Exit code, std::string_view text) {
    print_error(fmt::format("hadctl: {}", text));
    return static_cast<int>(code);
}

int run(const Command& command, const Options& options) {
    try {
        return static_cast<int>(command.run(options));
    } catch (const BrokenPipe&) {
        return static_cast<int>(Exit::ok);
    } catch (const had::control::ClientError& error) {
        return complain(error.exit, error.what());
    } catch (const std::exception& error) {
        return complain(Exit::failed, error.what());
    }
}

// "bond activate" is a verb of the group "bond", which needs one of them.
CLI::App* add_verb(CLI::App& app, const Command& command) {
    const std::string name = command.name;
    const std::size_t space = name.find(' ');
    if (space == std::string::npos) return app.add_subcommand(name, command.help);
    const std::string group = name.substr(0, space);
    const auto same = app.get_subcommands([&](const CLI::App* each) { return each->get_name() == group; });
    CLI::App* parent = same.empty() ? nullptr : same.front();
    if (!parent) {
        parent = app.add_subcommand(group, "orders about a " + group + ": " + group + " --help lists them");
        parent->require_subcommand(1);
        parent->fallthrough();
    }
    return parent->add_subcommand(name.substr(space + 1), command.help);
}

// What is on the command line and belongs nowhere.  Empty: nothing is.
std::string leftover(const CLI::App& app, const Command* chosen) {
    const auto rest = app.remaining(true);
    if (chosen != nullptr) return rest.empty() ? "" : fmt::format("what is '{}'?", rest.front());
    if (rest.empty()) return "which verb?  hadctl --help lists them";
    std::array<std::string_view, std::size(commands)> names;
    std::transform(std::begin(commands), std::end(commands), names.begin(),
                   [](const Command& command) { return command.name; });
    return fmt::format("no verb '{}'{}", rest.front(),
                       had::core::did_you_mean(rest.front(), names));
}

} // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN); // told by write() instead
    had::sys::hold_standard_files();
    Options options;
    const Command* chosen = nullptr;
    CLI::App app("hadctl - look at had and tell it what to do", "hadctl");
    app.set_version_flag("-V,--version", "hadctl " HAD_VERSION);
    app.add_option("--socket", options.socket, "had's control socket (HAD_SOCKET)");
    app.require_subcommand(0, 1);
    app.allow_extras();
    app.fallthrough();
    for (const Command& command : commands) {
        CLI::App* sub = add_verb(app, command);
        command.arguments(*sub, options);
        sub->callback([&chosen, &command] { chosen = &command; });
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
    }
    if (const std::string text = leftover(app, chosen); !text.empty())
        return complain(Exit::usage, text);
    if (options.socket.empty()) options.socket = had::control::socket_path();
    return run(*chosen, options);
}
