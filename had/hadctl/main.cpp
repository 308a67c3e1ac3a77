// hadctl: the exit codes.
#include "had/control/client.hpp"
#include "had/control/view_json.hpp"
#include "had/hadctl/command_line.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/sys/command_line.hpp"
#include "had/sys/fd.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace had::hadctl;

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

// `help`, and `help slot`, as others have it.
std::vector<const char*> with_help(int argc, char** argv) {
    std::vector<const char*> words(argv, argv + argc);
    if (argc < 2 || std::string_view(argv[1]) != "help") return words;
    words.erase(words.begin() + 1);
    words.push_back("--help");
    return words;
}

// The daemon is asked for the names that it knows; a shell does not wait long.
int complete(CLI::App& app, const std::vector<std::string>& words) {
    std::optional<had::core::View> view;
    const auto given = std::find(words.begin(), words.end(), "--socket");
    const bool named = given != words.end() && given + 1 != words.end();
    try {
        had::control::Client client(named ? *(given + 1) : had::control::socket_path(), std::chrono::seconds(1));
        view = had::control::view_from_json(client.call("status"));
    } catch (const std::exception&) {
    }
    try {
        print(fmt::format("{}\n", fmt::join(completions(app, words, view ? &*view : nullptr), "\n")));
    } catch (const BrokenPipe&) {
    }
    return 0;
}

int run(int argc, char** argv) {
    Options options;
    const Command* chosen = nullptr;
    CLI::App app("hadctl - show the state of the chassis, and tell the daemon what to do", "hadctl");
    add_verbs(app, options, chosen);
    if (argc > 1 && std::string_view(argv[1]) == "complete") return complete(app, {argv + 2, argv + argc});
    const auto words = with_help(argc, argv);
    if (const auto wrong = had::sys::wrong_words(argc, argv)) return complain(Exit::usage, *wrong);
    try {
        app.parse(static_cast<int>(words.size()), words.data());
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0)
            return complain(Exit::usage, fmt::format("{}; hadctl --help lists the verbs", error.what()));
        return had::sys::print_what_was_asked(app, error) ? 0 : complain(Exit::failed, "cannot write the help");
    }
    if (const std::string text = leftover(app, chosen); !text.empty())
        return complain(Exit::usage, text);
    if (options.socket.empty()) options.socket = had::control::socket_path();
    return run(*chosen, options);
}

} // namespace

int main(int argc, char** argv) try {
    std::signal(SIGPIPE, SIG_IGN); // told by write() instead
    had::sys::hold_standard_files();
    return run(argc, argv);
} catch (const std::exception& error) {
    std::fprintf(stderr, "hadctl: %s\n", error.what());
    return static_cast<int>(Exit::failed);
}
