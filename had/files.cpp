#include "had/files.hpp"

#include "had/sys/file.hpp"
#include "had/sys/writers.hpp"

#include <fmt/format.h>
#include <system_error>

namespace had {
namespace {

void read_table(Files& files) {
    const std::string& path = files.config.had.pcidrivers;
    try {
        const auto text = sys::read_file_if_there(path);
        if (!text) {
            files.table_diagnostics.push_back(
                {core::Severity::warning, 0, "", "there is no such file: no driver will be loaded"});
            return;
        }
        core::ParsedDriverTable parsed = core::parse_driver_table(*text);
        files.table = std::move(parsed.table);
        files.table_diagnostics = std::move(parsed.diagnostics);
    } catch (const std::system_error& e) {
        const std::string text = e.what(), prefix = path + ": ";          // messages() names the file, too
        files.table_diagnostics.push_back(
            {core::Severity::error, 0, "", text.starts_with(prefix) ? text.substr(prefix.size()) : text});
    }
}

} // namespace

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::string> Files::messages(std::string_view file) const {
    std::vector<std::string> lines;
    for (const core::Diagnostic& d : diagnostics) lines.push_back(core::to_string(d, file));
    for (const core::Diagnostic& d : table_diagnostics)
        // Equal claims are a note for `pcidb check`; a running daemon has nothing to say about them.
        if (d.severity == core::Severity::error || d.line == 0)
            lines.push_back(core::to_string(d, config.had.pcidrivers));
    return lines;
}

namespace {

Files config_of(std::string_view text) {
    core::ParsedConfig parsed = core::parse_config(text);
    return {std::move(parsed.config), {}, std::move(parsed.diagnostics), {}};
}

} // namespace

Files files_of(std::string_view text, const Files& running) {
    Files files = config_of(text);
    files.table = running.table;
    const std::string& path = files.config.had.pcidrivers;
    if (path != running.config.had.pcidrivers)
        core::tell(files.diagnostics,
                   {core::Severity::warning, 0, "had",
                    fmt::format("the driver table {} is not read for a plan, which is made with that of {}", path,
                                running.config.had.pcidrivers)});
    return files;
}

Files parse_files(std::string_view text) {
    Files files = config_of(text);
    read_table(files);
    return files;
}

Files read_files(const std::string& file) {
    Files files = parse_files(sys::read_file(file));
    for (std::string& text : sys::other_writers(file))
        files.diagnostics.push_back({core::Severity::warning, 0, "", std::move(text)});
    for (std::string& text : sys::other_writers(files.config.had.pcidrivers))
        files.table_diagnostics.push_back({core::Severity::warning, 0, "", std::move(text)});
    return files;
}

} // namespace had
