// had-notify: the options, and nothing else.
#include "had/control/client.hpp"
#include "had/notify/notifier.hpp"
#include "had/sys/command_line.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/log.hpp"
#include "had/sys/notify.hpp"

#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <fmt/format.h>

namespace {

int complain(int code, std::string_view text) {
    had::sys::log(had::core::NoticeLevel::error, fmt::format("had-notify: {}", text));
    return code;
}

int run(int argc, char** argv) {
    had::notify::Options options{.socket = had::control::socket_path()};
    CLI::App app("had-notify - run programs at the events of a chassis", "had-notify");
    app.add_option("-c,--config", options.config, "the configuration")->capture_default_str();
    app.add_option("--socket", options.socket, "the daemon's control socket")->capture_default_str();
    app.add_option("--state", options.state, "how far each program is")->capture_default_str();
    app.set_version_flag("-V,--version", "had-notify " HAD_VERSION);
    had::sys::refuse_values_of_flags(app);
    if (const auto wrong = had::sys::wrong_words(argc, argv)) return complain(2, *wrong);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() != 0)
            return complain(2, fmt::format("{}; `had-notify --help` lists the options", e.what()));
        return had::sys::print_what_was_asked(app, e) ? 0 : complain(1, "cannot write the help");
    }
    ::umask(022);                             // of what the programs make
    had::sys::Loop loop;
    had::sys::LogRetry retry(loop);
    for (const int number : {SIGTERM, SIGINT}) loop.on_signal(number, [&] { loop.stop(); });
    had::notify::Notifier notifier(loop, options);
    had::sys::notify("READY=1");
    loop.run();
    notifier.finish();
    return 0;
}

} // namespace

int main(int argc, char** argv) try {
    std::signal(SIGPIPE, SIG_IGN);
    had::sys::hold_standard_files();
    return run(argc, argv);
} catch (const std::exception& e) {
    std::fprintf(stderr, "had-notify: %s\n", e.what());
    return 1;
}
