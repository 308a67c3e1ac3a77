// `hadctl check`: judges the files as the daemon would, without the daemon, root or hardware.
#include "had/control/client.hpp"
#include "had/control/view_json.hpp"
#include "had/files.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/notify/hook.hpp"
#include "had/sys/file.hpp"

#include <fmt/format.h>

#include <system_error>

namespace had::hadctl {

namespace {

std::string count(std::size_t number, std::string_view one) {
    return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
}

// What had-notify would say of its programs when it runs.
void warn_of_hooks(Files& files) {
    const auto warn = [&](std::string text) {
        files.diagnostics.push_back({core::Severity::warning, 0, "had", "notify_dir: " + std::move(text)});
    };
    try {
        for (const notify::Hook& hook : notify::find_hooks(notify::directory_of(files.config.had)))
            if (!hook.refused.empty()) warn(fmt::format("{} is not run: {}", hook.name, hook.refused));
    } catch (const std::system_error& e) {
        warn(e.what());
    }
}

std::string json_of(const std::string& file, const Files& files) {
    core::Diagnostics of[2];
    for (const core::Diagnostic& one : files.diagnostics) of[one.file.empty() ? 0 : 1].push_back(one);
    return fmt::format("[{},{}]\n", control::to_json(file, of[0]),
                       control::to_json(files.config.had.pcidrivers, of[1]));
}

} // namespace

std::string text_of(const std::string& file) {
    try {
        return file == "-" ? sys::read_standard_input() : sys::read_file(file);
    } catch (const std::system_error& e) {
        const bool denied = e.code() == std::errc::permission_denied || e.code() == std::errc::operation_not_permitted;
        throw control::ClientError(denied ? Exit::no_permission : Exit::bad_config, e.what());
    }
}

Files judged(const std::string& file, std::string_view text) {
    return file == "-" ? parse_files(text) : parse_files(file, text);
}

std::string shown_name(const std::string& file) { return file == "-" ? "standard input" : file; }

Exit check(const Options& options) {
    const std::string file = options.file.empty() ? "/etc/had.conf" : options.file, name = shown_name(file);
    Files files = judged(file, text_of(file));
    if (file != "-" && files.usable()) warn_of_hooks(files);
    if (options.json) {
        print(json_of(name, files));
    } else {
        print(format(files.diagnostics, name));
        if (files.usable())
            print(fmt::format("{} is good: {}, {}, {}\n", name, count(files.config.bonds.size(), "bond"),
                              count(files.config.configs.size(), "config"),
                              count(files.config.devices.size(), "device line")));
    }
    return files.usable() ? Exit::ok : Exit::bad_config;
}

} // namespace had::hadctl
