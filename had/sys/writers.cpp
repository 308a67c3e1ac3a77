#include "had/sys/writers.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace had::sys {

namespace {

namespace fs = std::filesystem;

std::string who_writes(const struct stat& status) {
    if (status.st_uid != 0 && status.st_uid != ::geteuid()) return fmt::format("user {}", status.st_uid);
    if (S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0) return {};
    if ((status.st_mode & S_IWOTH) != 0) return "everybody";
    if ((status.st_mode & S_IWGRP) != 0 && status.st_gid != 0) return fmt::format("group {}", status.st_gid);
    return {};
}

void look_at(const fs::path& path, std::vector<std::string>& found) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return;
    const std::string who = who_writes(status);
    if (who.empty()) return;
    std::string text = fmt::format("{} may be written by {}, who can have drivers loaded as root by it",
                                   path.string(), who);
    if (std::find(found.begin(), found.end(), text) == found.end()) found.push_back(std::move(text));
}

void look_above(fs::path path, std::vector<std::string>& found) {
    for (look_at(path, found); path.has_relative_path(); look_at(path, found)) path = path.parent_path();
}

} // namespace

// By the name and, where symbolic links lead elsewhere, by that too.
std::vector<std::string> other_writers(const fs::path& file) {
    std::vector<std::string> found;
    std::error_code error;
    const fs::path named = fs::absolute(file, error);
    if (error) return found;
    look_above(named, found);
    const fs::path meant = fs::weakly_canonical(named, error);
    if (!error && meant != named) look_above(meant, found);
    return found;
}

} // namespace had::sys
