#include "had/files.hpp"

#include "had/control/peer.hpp"
#include "had/sys/file.hpp"
#include "had/sys/key_file.hpp"
#include "had/sys/program_check.hpp"
#include "had/sys/writers.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <system_error>

#include <unistd.h>

namespace had {
namespace {

using core::Diagnostic;
using core::Severity;

// A host that only has peers has no cards to load drivers for.
bool has_cards(const core::Config& config) {
    return config.peers.empty() || !config.devices.empty() || !config.slots.empty() || !config.domains.empty();
}

void read_table(Files& files) {
    const std::string& path = files.config.had.pcidrivers;
    const auto tell = [&](Diagnostic one) {
        one.file = path;
        files.diagnostics.push_back(std::move(one));
    };
    try {
        const auto text = sys::read_file_if_there(path);
        if (!text && !has_cards(files.config)) return;
        if (!text) return tell({Severity::warning, 0, "", "there is no such file: no driver will be loaded"});
        core::ParsedDriverTable parsed = core::parse_driver_table(*text);
        files.table = std::move(parsed.table);
        // Equal claims are a matter of `pcidb check`: who runs the daemon need not act on them.
        for (Diagnostic& one : parsed.diagnostics)
            if (one.severity == Severity::error) tell(std::move(one));
    } catch (const std::system_error& e) {
        tell(unreadable(e, path));
    }
}

void look_for_group(Files& files) {
    const core::Settings& had = files.config.had;
    if (had.socket_group.empty() || control::group_id(had.socket_group)) return;
    core::tell(files.diagnostics,
               core::mistake(Severity::warning, had.socket_group_line, "had",
                             fmt::format("there is no group '{}': only root may change things until there is, and the "
                                         "file is read again",
                                         had.socket_group)));
    core::sort_by_line(files.diagnostics);
}

void read_key(Files& files, const core::PeerConfig& peer, const core::PeerKey& key) {
    const auto tell = [&](Severity severity, std::string text) {
        core::tell(files.diagnostics, core::mistake(severity, key.line, "peer " + peer.name, std::move(text)));
    };
    try {
        auto read = core::peer_secret_from(sys::read_key_file(key.path));
        if (const auto* wrong = std::get_if<core::NoSecret>(&read))
            return tell(Severity::error,
                        fmt::format("{}: {}; `openssl rand -hex 32` makes a key", key.path, wrong->why));
        files.secrets.insert_or_assign(key.path, std::get<core::Bytes>(std::move(read)));
    } catch (const std::system_error& e) {
        // For the daemon it is an error like any other: a file that is taken without the key ends the peer's session.
        if (e.code() == std::errc::permission_denied && ::geteuid() != 0)
            return tell(Severity::warning,
                        fmt::format("{}: only root can judge this key: permission denied", key.path));
        const std::string text = e.what(), reason = ": " + e.code().message();
        const bool own_words =
            e.code() == std::errc::operation_not_permitted || e.code() == std::errc::invalid_argument;
        tell(Severity::error, own_words && text.ends_with(reason) ? text.substr(0, text.size() - reason.size()) : text);
    }
}

void read_keys(Files& files) {
    const bool any = !files.config.peers.empty();
    for (const core::PeerConfig& peer : files.config.peers)
        for (const core::PeerKey& key : peer.keys) read_key(files, peer, key);
    if (any) core::sort_by_line(files.diagnostics);
}

Files config_of(const ConfigTexts& texts) {
    core::ParsedConfig parsed = core::parse_config(texts);
    return {std::move(parsed.config), {}, {}, std::move(parsed.diagnostics)};
}

} // namespace

Diagnostic unreadable(const std::exception& why, const std::string& file) {
    const std::string text = why.what(), prefix = file + ": ";
    return {Severity::error, 0, "", text.starts_with(prefix) ? text.substr(prefix.size()) : text};
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Files files_of(const ConfigTexts& texts, const Files& running) {
    Files files = config_of(texts);
    files.table = running.table;
    files.secrets = running.secrets;
    const std::string& path = files.config.had.pcidrivers;
    if (path != running.config.had.pcidrivers)
        core::tell(files.diagnostics,
                   {Severity::warning, 0, "had",
                    fmt::format("the driver table {} is not read for a plan, which is made with that of {}", path,
                                running.config.had.pcidrivers)});
    return files;
}

Files parse_files(const ConfigTexts& texts) {
    Files files = config_of(texts);
    look_for_group(files);
    read_keys(files);
    for (Diagnostic& one : sys::look_at_programs(files.config)) core::tell(files.diagnostics, std::move(one));
    core::sort_by_line(files.diagnostics);
    read_table(files);
    return files;
}

// A directory above several of them is named once.
Files parse_files(sys::ConfigFiles read) {
    Files files = parse_files(read.texts);
    files.beside = std::any_of(read.texts.begin() + 1, read.texts.end(),
                               [](const core::IniText& one) { return !core::parse_ini(one.text).sections.empty(); });
    files.diagnostics.insert(files.diagnostics.begin(), read.diagnostics.begin(), read.diagnostics.end());
    std::set<std::string> told;
    const auto warn = [&](const std::string& of, const std::string& file) {
        for (std::string& text : sys::other_writers(of))
            if (told.insert(text).second)
                files.diagnostics.push_back({Severity::warning, 0, "", std::move(text), file});
    };
    for (const core::IniText& one : read.texts) warn(one.path, &one == read.texts.data() ? "" : one.path);
    warn(files.config.had.pcidrivers, files.config.had.pcidrivers);
    return files;
}

Files read_files(const std::string& file) { return parse_files(sys::read_config_files(file)); }

} // namespace had
