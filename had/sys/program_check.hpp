// What can be said of a [service] only on the machine itself: whether its programs are there, and whether a file of
// options makes one of them dial again by itself, behind the daemon's back.
#pragma once

#include "had/core/base/diagnostics.hpp"
#include "had/core/config/config.hpp"

#include <string>

namespace had::sys {

// Warnings, since a package may be installed later.
core::Diagnostics look_at_programs(const core::Config& config);
// Whether execvp(3) would find it, in the PATH that services have.
bool is_program(const std::string& name);

} // namespace had::sys
