// hadctl: the command line as a table of verbs, and the exit codes.
#include "had/control/client.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/terminal.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

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

std::string read_health(const std::string& word, Options& options) {
    const auto health = had::core::health_from(word);
    if (!health) return "'" + word + "' is no state: healthy, degraded, down, absent, offline, "
                                     "quarantined, contested";
    options.until = *health;
    return {};
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
    {"plan", "what had is about to do, or would do with FILE (exit 5: something waits)", plan, with_file},
    {"check", "every mistake in had.conf; needs no had and no root (exit 6: there are some)", check,
     with_file},
    {"reload", "take had.conf as it is now (exit 5: a part waits for --force)", reload,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_flag("--force", options.force, "also what cuts service for a moment");
     }},
    {"monitor", "what happens, a line an event", monitor,
     [](CLI::App& app, Options& options) {
         with_json(app, options);
         app.add_option("--since", options.since, "INSTANCE:SEQ: go on after this event");
         app.add_flag("--follow", options.follow, "when had ends, wait for it and go on");
     }},
    {"wait", "until OBJECT, or the whole, is in a state (exit 7: not in time)", wait,
     [](CLI::App& app, Options& options) {
         app.add_option("OBJECT", options.object, "a slot, port, bond or interface; the whole chassis");
         app.add_option("--until", "healthy (unless given), degraded, down, absent, ...")
             ->each([&](const std::string& word) {
                 const std::string mistake = read_health(word, options);
                 if (!mistake.empty()) throw CLI::ValidationError("--until", mistake);
             });
         app.add_option("--timeout", options.timeout, "seconds; without it, for as long as it takes")
             ->check(CLI::NonNegativeNumber);
     }},
};

int complain(Exit code, std::string_view text) {
    fmt::print(stderr, "hadctl: {}\n", text);
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

} // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);            // told by write() instead
    Options options;
    const Command* chosen = nullptr;
    CLI::App app("hadctl - look at had and tell it what to do", "hadctl");
    app.set_version_flag("-V,--version", "hadctl " HAD_VERSION);
    app.add_option("--socket", options.socket, "had's control socket (HAD_SOCKET)");
    app.require_subcommand(1);
    app.fallthrough();
    for (const Command& command : commands) {
        CLI::App* sub = app.add_subcommand(command.name, command.help);
        command.arguments(*sub, options);
        sub->callback([&chosen, &command] { chosen = &command; });
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
    }
    if (options.socket.empty()) options.socket = had::control::socket_path();
    return run(*chosen, options);
}
