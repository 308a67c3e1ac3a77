// had: the options, the exit codes, and nothing else.
#include "had/daemon.hpp"
#include "had/plan_once.hpp"
#include "had/sys/books.hpp"
#include "had/sys/capability.hpp"
#include "had/sys/command_line.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/log.hpp"
#include "had/sys/priority.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <system_error>

namespace {

// doc/protocol.md and had(8) list them.
enum Exit { done = 0, failed = 1, usage = 2, no_permission = 4, bad_config = 6 };

struct Options {
    had::DaemonOptions daemon;
    bool plan_only = false, verbose = false;
};

// The lines of a daemon's start have a priority, as its later ones do.  Those of a dry run are for the user who waits.
void tell(const Options& options, had::core::NoticeLevel level, std::string_view text) {
    if (options.plan_only) had::sys::say(text);
    else had::sys::log(level, text);
}

int complain(const Options& options, int code, std::string_view text) {
    tell(options, had::core::NoticeLevel::error, fmt::format("had: {}", text));
    return code;
}

int code_of(const std::system_error& e) {
    const bool denied = e.code() == std::errc::permission_denied ||
                        e.code() == std::errc::operation_not_permitted;
    return denied ? no_permission : failed;
}

int print_plan(const Options& options, const had::Files& files) {
    const std::string name = had::base_name(options.daemon.file);
    const auto& [plan, charge] = had::plan_once(name, files, options.daemon.kept);
    for (const had::core::Action& action : charge)
        fmt::print("take charge: {}\n    because {}\n", had::core::to_string(action.operation), action.reason);
    for (const had::core::Action& action : plan.actions)
        fmt::print("{}\n    because {}\n", had::core::to_string(action.operation), action.reason);
    const std::vector<std::string> waiting = plan.waiting();
    for (const std::string& text : waiting) fmt::print("waiting: {}\n", text);
    if (plan.actions.empty() && waiting.empty()) fmt::print("nothing to do\n");
    if (std::fflush(stdout) != 0)
        return complain(options, failed, fmt::format("cannot write the plan: {}", std::strerror(errno)));
    return done;
}

void tell(const Options& options, const had::core::Diagnostic& one) {
    using had::core::NoticeLevel;
    tell(options, one.severity == had::core::Severity::error ? NoticeLevel::error : NoticeLevel::warning,
         had::core::to_string(one, options.daemon.file));
}

int run(const Options& options) {
    had::Files files;
    try {
        files = had::read_files(options.daemon.file);
    } catch (const std::system_error& e) {
        return complain(options, code_of(e) == no_permission ? no_permission : bad_config, e.what());
    }
    for (const had::core::Diagnostic& one : files.diagnostics) tell(options, one);
    if (!files.usable()) return bad_config;
    if (options.plan_only) return print_plan(options, files);
    if (!had::sys::may_change_the_network())
        return complain(options, no_permission, "changing the network needs CAP_NET_ADMIN: run had as root");
    const auto books = had::sys::take_books(options.daemon.kept.owned);
    if (options.verbose) had::sys::set_log_level(had::core::NoticeLevel::info);
    if (const int error = had::sys::come_first(); error != 0)
        had::sys::log(had::core::NoticeLevel::notice,
                      fmt::format("cannot set nice -10: {}: a busy processor will delay failover",
                                  std::strerror(error)));
    return had::Daemon(options.daemon, std::move(files)).run();
}

int run(int argc, char** argv, Options& options) {
    CLI::App app("had - the high-availability networking daemon of a hot-swap chassis", "had");
    app.add_option("-c,--config", options.daemon.file, "the configuration")->capture_default_str();
    app.add_flag("-n,--dry-run", options.plan_only, "check the configuration, print the plan, and exit");
    app.add_flag("-v,--verbose", options.verbose, "log each action with its reason");
    app.add_option("--socket", options.daemon.socket, "the control socket")->capture_default_str();
    app.set_version_flag("-V,--version", "had " HAD_VERSION);
    had::sys::refuse_values_of_flags(app);
    if (const auto wrong = had::sys::wrong_words(argc, argv)) return complain(options, usage, *wrong);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() != 0)
            return complain(options, usage, fmt::format("{}; `had --help` lists the options", e.what()));
        return had::sys::print_what_was_asked(app, e) ? done : complain(options, failed, "cannot write the help");
    }
    return run(options);
}

// Nothing that is thrown leaves the program, also where there is no memory for its first words.
int run_safely(int argc, char** argv) try {
    Options options;
    try {
        return run(argc, argv, options);
    } catch (const std::system_error& e) {
        return complain(options, code_of(e), e.what());
    } catch (const std::exception& e) {
        return complain(options, failed, e.what());
    }
} catch (const std::exception& e) {
    std::fprintf(stderr, "had: %s\n", e.what());
    return failed;
}

} // namespace

int main(int argc, char** argv) {
    // The log's reader may end before the daemon does: then lines are lost, and nothing else.
    std::signal(SIGPIPE, SIG_IGN);
    had::sys::hold_standard_files();
    return run_safely(argc, argv);
}
