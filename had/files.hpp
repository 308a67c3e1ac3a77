// The files that a person writes, had.conf with those beside it and the driver table, read and judged together: taken
// whole, or not at all.
//
// Everything that judges them uses this: the daemon's start, `had -n`, a reload, `hadctl check` and
// `hadctl plan FILE`.
#pragma once

#include "had/core/config/config.hpp"
#include "had/core/config/driver_table.hpp"
#include "had/core/peer/key.hpp"
#include "had/sys/config_files.hpp"

#include <exception>
#include <string>
#include <vector>

namespace had {

struct Files {
    core::Config config;
    core::DriverTable table;
    core::PeerSecrets secrets;                // of the [peer]s, by the path of their files
    core::Diagnostics diagnostics;            // of had.conf, then of the table that it names, with its name
    bool beside = false;                      // files beside had.conf have sections

    [[nodiscard]] bool usable() const { return !core::has_errors(diagnostics); }
};

using core::ConfigTexts;

// Judges texts as had.conf.  No file is opened: the text may name any file, also one that its author may not
// open.  So the table is the one in force, and a warning says so when the text names another.
Files files_of(const ConfigTexts& texts, const Files& running);
// A missing table is a warning, since it only means that no driver is loaded.  A table that cannot be read is an error.
// So is the key of a peer, except that a user who may not open it is only told so.  A group that does not exist is a
// warning, and nobody has its right.
Files parse_files(const ConfigTexts& texts);
// The same, with warnings of who else may write the files; and what was wrong with reading them.
Files parse_files(sys::ConfigFiles read);
// Throws std::system_error when had.conf itself cannot be read.
Files read_files(const std::string& file);

// As a mistake of the file, which is named once.
core::Diagnostic unreadable(const std::exception& why, const std::string& file);

std::string base_name(const std::string& path);

} // namespace had
