// Programs that run as root: nobody else may have a hand in them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace had::sys {

// Why a program is not run: no element of its path may be another's than root's, or writable by others (a sticky
// directory may), and it must be a file that may be executed and is not setuid.  Nothing: it may be run.
std::optional<std::string> objection_to(const std::filesystem::path& program);

} // namespace had::sys
