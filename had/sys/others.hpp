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
    bool udev = false, networkd = false, network_manager = false;     // files of theirs are others now
};

// Only for who runs here.  Throws std::system_error.
Written write_for_others(const core::ForOthers& what, const std::filesystem::path& root = "/");

// What makes them look; nothing: nobody is there who would.
std::optional<core::Job> job_for_others(const core::ForOthers& what, const Written& written,
                                  const std::filesystem::path& root = "/");

// Devices that udevd's records show as had's and that are not, or the other way round.
std::vector<core::Ifindex> wrongly_marked(const std::set<core::Ifindex>& ours,
                                          const std::filesystem::path& root = "/");

// The job itself: udevd reads its rules anew and looks at these devices again, then the others do.
core::ActionResult have_others_look(std::span<const char* const> arguments,
                                    const std::filesystem::path& root = "/");

} // namespace had::sys
