// What can be said of a [service] only on the machine itself: whether its programs and its unit are there, and whether
// a file of options makes one of them dial again by itself, behind the daemon's back.
#pragma once

#include "had/core/base/diagnostics.hpp"
#include "had/core/config/config.hpp"

#include <optional>
#include <string>

namespace had::sys {

// Warnings, since a package may be installed later.
core::Diagnostics look_at_programs(const core::Config& config);
// In the directories of systemd.unit(5), below `root`.
enum class UnitFile { there, masked, missing };
UnitFile unit_file(const std::string& name, const std::string& root = "");
// What execvp(3) would execute, with the PATH that services have; one with a slash is taken as it is.
std::optional<std::string> path_of_program(const std::string& name);
// Whether execvp(3) would find it, in the PATH that services have.
bool is_program(const std::string& name);

} // namespace had::sys
