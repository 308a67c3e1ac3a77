// Tells other programs what is the daemon's: writes the files of core/world/others.hpp below /run, and has them
// read.
#pragma once

#include "had/core/action/action.hpp"
#include "had/core/world/others.hpp"
#include "had/sys/jobs.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace had::sys {

struct Written {
    bool udev = false, networkd = false, network_manager = false;     // whose files have changed
};

// Writes only for the programs that run here.  Throws std::system_error.
Written write_for_others(const core::ForOthers& what, const std::filesystem::path& root = "/");

// The job that makes them read the files.  Nothing: udevd does not run, so none of them would.
std::optional<core::Job> job_for_others(const core::ForOthers& what, const Written& written,
                                  const std::filesystem::path& root = "/");

// Devices that udevd's records show as the daemon's and that are not, or the other way round.
std::vector<core::Ifindex> wrongly_marked(const std::set<core::Ifindex>& ours,
                                          const std::filesystem::path& root = "/");

// The job itself: udevd reads its rules anew and looks at these devices again, then the other programs do.
core::ActionResult have_others_look(std::span<const char* const> arguments,
                                    const std::filesystem::path& root = "/");

} // namespace had::sys
