// The programs beside the daemon, had-recorder and had-notify: their options, their loop and their end.
#pragma once

#include "had/control/client.hpp"
#include "had/sys/command_line.hpp"
#include "had/sys/fd.hpp"
#include "had/sys/log.hpp"
#include "had/sys/loop.hpp"
#include "had/sys/notify.hpp"

#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <string>

namespace had {

struct BesideNames {
    std::string program, purpose;
    std::string own_option, own_help;         // "--database", "the history"
};

namespace beside {

inline int complain(const BesideNames& names, int code, std::string_view text) {
    sys::log(core::NoticeLevel::error, fmt::format("{}: {}", names.program, text));
    return code;
}

// Until SIGTERM or SIGINT; then `finish` writes what it has.  `own` is the option that only this program has.
template <class Work, class Options>
int run(const BesideNames& names, int argc, char** argv, Options options, std::string Options::*own) {
    options.socket = control::socket_path();
    CLI::App app(fmt::format("{} - {}", names.program, names.purpose), names.program);
    app.add_option("-c,--config", options.config, "the configuration")->capture_default_str();
    app.add_option("--socket", options.socket, "the daemon's control socket")->capture_default_str();
    app.add_option(names.own_option, options.*own, names.own_help)->capture_default_str();
    app.set_version_flag("-V,--version", names.program + " " HAD_VERSION);
    sys::refuse_values_of_flags(app);
    if (const auto wrong = sys::wrong_words(argc, argv)) return complain(names, 2, *wrong);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() != 0)
            return complain(names, 2, fmt::format("{}; `{} --help` lists the options", e.what(), names.program));
        return sys::print_what_was_asked(app, e) ? 0 : complain(names, 1, "cannot write the help");
    }
    ::umask(022);                             // what it writes is for everybody to read
    sys::Loop loop;
    const sys::LogRetry retry(loop);
    for (const int number : {SIGTERM, SIGINT}) loop.on_signal(number, [&] { loop.stop(); });
    Work work(loop, options);
    sys::notify("READY=1");
    loop.run();
    work.finish();
    return 0;
}

} // namespace beside

// `member` is where the options keep the program's own.
template <class Work, class Options>
int run_beside(const BesideNames& names, int argc, char** argv, Options options, std::string Options::*member) try {
    std::signal(SIGPIPE, SIG_IGN);
    sys::hold_standard_files();
    return beside::run<Work>(names, argc, argv, std::move(options), member);
} catch (const std::exception& e) {
    std::fprintf(stderr, "%s: %s\n", names.program.c_str(), e.what());
    return 1;
}

} // namespace had
