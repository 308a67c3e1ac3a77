// `hadctl check`: the files as had would read them, without had, root or hardware.
#include "had/control/client.hpp"
#include "had/control/view_json.hpp"
#include "had/core/config/config.hpp"
#include "had/core/config/driver_table.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/sys/writers.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace had::hadctl {

namespace {

// As had reads it: a table that is not there is no error.  Equal claims are told by `pcidb check`.
core::Diagnostics check_table(const std::string& file) {
    std::error_code error;
    if (!std::filesystem::exists(file, error) && !error)
        return {
            {core::Severity::warning, 0, "", "there is no such file: no driver will be loaded"}};
    core::Diagnostics errors;
    for (core::Diagnostic& diagnostic : core::parse_driver_table(read_text(file)).diagnostics)
        if (diagnostic.severity == core::Severity::error) errors.push_back(std::move(diagnostic));
    return errors;
}

void warn_of_writers(core::Diagnostics& diagnostics, const std::string& file) {
    for (std::string& text : sys::other_writers(file))
        diagnostics.push_back({core::Severity::warning, 0, "", std::move(text)});
}

} // namespace

Exit check(const Options& options) {
    const std::string file = options.file.empty() ? "/etc/had.conf" : options.file;
    core::ParsedConfig parsed = core::parse_config(read_text(file));
    const std::string& table = parsed.config.had.pcidrivers;
    core::Diagnostics in_table = check_table(table);
    warn_of_writers(parsed.diagnostics, file);
    warn_of_writers(in_table, table);
    const bool good = !core::has_errors(parsed.diagnostics) && !core::has_errors(in_table);
    if (options.json) {
        print(fmt::format("[{},{}]\n", control::to_json(file, parsed.diagnostics),
                          control::to_json(table, in_table)));
    } else {
        print(format(parsed.diagnostics, file) + format(in_table, table));
        if (good)
            print(fmt::format("{} is good: {} bonds, {} configs, {} device lines\n", file,
                              parsed.config.bonds.size(), parsed.config.configs.size(),
                              parsed.config.devices.size()));
    }
    return good ? Exit::ok : Exit::bad_config;
}

} // namespace had::hadctl
