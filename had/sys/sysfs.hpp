// Reading sysfs, where what is read may go in the middle: that is an answer.  That a call failed is none: it is
// made again, and what then cannot be read for want of descriptors or memory throws std::system_error.
#pragma once

#include "had/sys/fd.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace had::sys {

// One directory.  It is opened once and what is below it is read with one call each, for with hundreds of
// functions the scan is a good part of the daemon's start.
class SysfsDirectory {
public:
    explicit SysfsDirectory(const std::filesystem::path& path);

    // Nothing when the file is not there, or its device went while it was read.
    [[nodiscard]] std::optional<std::string> attribute(const std::string& name) const;
    [[nodiscard]] std::optional<std::string> link_target(const std::string& name) const;
    [[nodiscard]] bool has(const std::string& name) const;

private:
    std::filesystem::path path_;
    UniqueFd fd_;
};

// By name; none when there is no such directory.
std::vector<std::string> sysfs_names(const std::filesystem::path& directory);

} // namespace had::sys
