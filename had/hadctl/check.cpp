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

#include <algorithm>
#include <optional>
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

constexpr const char* filter_word = "net.ipv4.conf.rp_filter";

// As the file sets it, or as it is here.
std::string filter_of(const core::Config& config, const std::string& interface) {
    std::optional<std::string> value;
    core::for_each_interface(config, [&](const auto& section) {
        const auto at = section.tuning.words.find(filter_word);
        if (section.name == interface && at != section.tuning.words.end()) value = at->second;
    });
    if (!value) value = sys::first_line("/proc/sys/net/ipv4/conf/" + interface + "/rp_filter");
    return value.value_or("");
}

// What the kernel does here with packets of two LANs, where the file calls them by an interface's name.  The higher of
// the two values is in force (Documentation/networking/ip-sysctl.rst).
void warn_of_filters(Files& files) {
    const std::string of_all = sys::first_line("/proc/sys/net/ipv4/conf/all/rp_filter").value_or("");
    for (const core::PeerConfig& peer : files.config.peers) {
        if (peer.lans.size() < 2) continue;
        for (const core::PeerLan& lan : peer.lans) {
            if (lan.address.family != core::IpFamily::v4) continue;
            if (std::max(filter_of(files.config, lan.on), of_all) != "1") continue;
            files.diagnostics.push_back(
                core::mistake(core::Severity::warning, lan.line, "peer " + peer.name,
                              fmt::format("rp_filter is 1 on {} here: the kernel drops what comes in there while the "
                                          "routes lead by another LAN; 'sysctl = {} 2' in its section",
                                          lan.on, filter_word)));
        }
    }
    core::sort_by_line(files.diagnostics);
}

// The table's apart; those of the files beside had.conf name their file.
std::string json_of(const std::string& file, const Files& files) {
    const std::string& table = files.config.had.pcidrivers;
    core::Diagnostics of[2];
    for (const core::Diagnostic& one : files.diagnostics) of[one.file == table ? 1 : 0].push_back(one);
    return fmt::format("[{},{}]\n", control::to_json(file, of[0]), control::to_json(table, of[1]));
}

[[noreturn]] void fail_of(const std::system_error& e) {
    const bool denied = e.code() == std::errc::permission_denied || e.code() == std::errc::operation_not_permitted;
    throw control::ClientError(denied ? Exit::no_permission : Exit::bad_config, e.what());
}

} // namespace

std::string text_of(const std::string& file) {
    try {
        return file == "-" ? sys::read_standard_input() : sys::read_file(file);
    } catch (const std::system_error& e) {
        fail_of(e);
    }
}

sys::ConfigFiles files_of(const std::string& file) {
    if (file == "-") return {{{shown_name(file), text_of(file)}}, {}};
    try {
        return sys::read_config_files(file);
    } catch (const std::system_error& e) {
        fail_of(e);
    }
}

Files judged(const std::string& file, sys::ConfigFiles read) {
    return file == "-" ? parse_files(read.texts) : parse_files(std::move(read));
}

std::string shown_name(const std::string& file) { return file == "-" ? "standard input" : file; }

Exit check(const Options& options) {
    const std::string file = options.file.empty() ? "/etc/had.conf" : options.file, name = shown_name(file);
    Files files = judged(file, files_of(file));
    if (file != "-" && files.usable()) warn_of_hooks(files), warn_of_filters(files);
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
