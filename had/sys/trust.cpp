#include "had/sys/trust.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace had::sys {

namespace fs = std::filesystem;

namespace {

// Of one element of a path: only root has a hand in it.
std::optional<std::string> objection_to_element(const fs::path& at) {
    struct stat status {};
    if (::lstat(at.c_str(), &status) != 0) return fmt::format("{}: {}", at.string(), std::strerror(errno));
    if (S_ISLNK(status.st_mode)) return std::nullopt;          // what it leads to is looked at
    if (status.st_uid != 0) return fmt::format("{0} is not root's: chown root {0}", at.string());
    const bool by_others = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
    if (by_others && !sticky) return fmt::format("{0} may be written by others: chmod go-w {0}", at.string());
    return std::nullopt;
}

std::optional<std::string> objection_to_path(const fs::path& path) {
    fs::path at;
    for (const fs::path& element : path) {
        at /= element;
        if (auto wrong = objection_to_element(at)) return wrong;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> objection_to(const fs::path& program) {
    std::error_code error;
    const fs::path real = fs::canonical(program, error);
    if (error) return fmt::format("{}: {}", program.string(), error.message());
    if (auto wrong = objection_to_path(fs::absolute(program).lexically_normal())) return wrong;
    if (auto wrong = objection_to_path(real)) return wrong;
    struct stat status {};
    if (::stat(real.c_str(), &status) != 0) return fmt::format("{}: {}", real.string(), std::strerror(errno));
    if (!S_ISREG(status.st_mode)) return real.string() + " is no file";
    if ((status.st_mode & (S_ISUID | S_ISGID)) != 0)
        return fmt::format("{0} is setuid or setgid: chmod ug-s {0}", real.string());
    if ((status.st_mode & S_IXUSR) == 0) return fmt::format("{0} may not be executed: chmod +x {0}", real.string());
    return std::nullopt;
}

} // namespace had::sys
