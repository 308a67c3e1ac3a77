#include "had/files.hpp"

#include "had/control/peer.hpp"
#include "had/sys/file.hpp"
#include "had/sys/program_check.hpp"
#include "had/sys/writers.hpp"

#include <fmt/format.h>
#include <system_error>

namespace had {
namespace {

using core::Diagnostic;
using core::Severity;

void read_table(Files& files) {
    const std::string& path = files.config.had.pcidrivers;
    const auto tell = [&](Diagnostic one) {
        one.file = path;
        files.diagnostics.push_back(std::move(one));
    };
    try {
        const auto text = sys::read_file_if_there(path);
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
               {Severity::warning, had.socket_group_line, "had",
                fmt::format("there is no group '{}': only root may change things until there is, and the file is "
                            "read again",
                            had.socket_group)});
    core::sort_by_line(files.diagnostics);
}

Files config_of(std::string_view text) {
    core::ParsedConfig parsed = core::parse_config(text);
    return {std::move(parsed.config), {}, std::move(parsed.diagnostics)};
}

void warn_of_writers(core::Diagnostics& list, const std::string& of, const std::string& file) {
    for (std::string& text : sys::other_writers(of)) list.push_back({Severity::warning, 0, "", std::move(text), file});
}

} // namespace

Diagnostic unreadable(const std::exception& why, const std::string& file) {
    const std::string text = why.what(), prefix = file + ": ";
    return {Severity::error, 0, "", text.starts_with(prefix) ? text.substr(prefix.size()) : text};
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Files files_of(std::string_view text, const Files& running) {
    Files files = config_of(text);
    files.table = running.table;
    const std::string& path = files.config.had.pcidrivers;
    if (path != running.config.had.pcidrivers)
        core::tell(files.diagnostics,
                   {Severity::warning, 0, "had",
                    fmt::format("the driver table {} is not read for a plan, which is made with that of {}", path,
                                running.config.had.pcidrivers)});
    return files;
}

Files parse_files(std::string_view text) {
    Files files = config_of(text);
    look_for_group(files);
    for (Diagnostic& one : sys::look_at_programs(files.config)) core::tell(files.diagnostics, std::move(one));
    core::sort_by_line(files.diagnostics);
    read_table(files);
    return files;
}

Files parse_files(const std::string& file, std::string_view text) {
    Files files = parse_files(text);
    warn_of_writers(files.diagnostics, file, "");
    warn_of_writers(files.diagnostics, files.config.had.pcidrivers, files.config.had.pcidrivers);
    return files;
}

Files read_files(const std::string& file) { return parse_files(file, sys::read_file(file)); }

} // namespace had
