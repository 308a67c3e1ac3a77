// The two files that a person writes, read and judged together: taken whole, or not at all.
//
// Whoever says whether they are good says it by this: `had` at its start, `had -n`, a reload, `hadctl check` and
// `hadctl plan FILE`.
#pragma once

#include "had/core/config/config.hpp"
#include "had/core/config/driver_table.hpp"

#include <exception>
#include <string>
#include <string_view>

namespace had {

struct Files {
    core::Config config;
    core::DriverTable table;
    core::Diagnostics diagnostics;            // of had.conf, then of the table that it names, with its name

    [[nodiscard]] bool usable() const { return !core::has_errors(diagnostics); }
};

// Of had.conf as it might be.  Nothing is opened: what the text names may be anything, and whoever gave it may
// not open it himself.  So the table is the running one, and a warning says so when the text names another.
Files files_of(std::string_view text, const Files& running);
// `text` is had.conf's.  A table that is not there is a warning: its absence only means that no driver
// is loaded.  One that cannot be read is an error.  A group that is not there costs the right that it would have.
Files parse_files(std::string_view text);
// The same, and who else may write the files.
Files parse_files(const std::string& file, std::string_view text);
// Throws std::system_error when had.conf itself cannot be read.
Files read_files(const std::string& file);

// As a mistake of the file, which is named once.
core::Diagnostic unreadable(const std::exception& why, const std::string& file);

std::string base_name(const std::string& path);

} // namespace had
