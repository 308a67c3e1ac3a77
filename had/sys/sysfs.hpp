// Reading sysfs, where a file may vanish in the middle of a read: that is an answer.  A call that failed is not: it is
// made again, and throws std::system_error when descriptors or memory are still short.
#pragma once

#include "had/sys/fd.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace had::sys {

// One directory.  It is opened once, and each file below it is read with one call: with hundreds of functions the
// scan is a large part of the daemon's start.
class SysfsDirectory {
public:
    explicit SysfsDirectory(const std::filesystem::path& path);

    // Nothing: the file is not there, or its device went while it was read.
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
