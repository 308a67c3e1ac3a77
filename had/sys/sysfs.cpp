#include "had/sys/sysfs.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>
#include <system_error>

namespace had::sys {

namespace fs = std::filesystem;

namespace {

constexpr int tries = 3;

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using Entries = std::unique_ptr<DIR, CloseDirectory>;

// EINVAL: it was read as a link and is not one.
bool is_absent(int error) {
    return error == ENOENT || error == ENOTDIR || error == ENODEV || error == ENXIO || error == EINVAL;
}

// Errors that say nothing about the file itself.
bool is_shortage(int error) {
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == EINTR || error == EAGAIN;
}

// A card whose file fails for good is left out, and the scan of the others goes on.
void give_up(int error, const fs::path& path) {
    if (is_shortage(error)) throw std::system_error(error, std::generic_category(), path.string());
}

// The result of `call`, below 0 when nothing is there.
template <class Call>
auto persist(const fs::path& path, Call call) {
    for (int left = tries;; --left) {
        const auto result = call();
        if (result >= 0 || is_absent(errno)) return result;
        if (left > 1) continue;
        give_up(errno, path);
        return result;
    }
}

int open_persistently(int directory, const fs::path& path, const char* name, int flags) {
    return persist(path, [&] { return ::openat(directory, name, flags | O_CLOEXEC); });
}

} // namespace

SysfsDirectory::SysfsDirectory(const fs::path& path)
    : path_(path), fd_(open_persistently(AT_FDCWD, path, path.c_str(), O_PATH | O_DIRECTORY)) {}

std::optional<std::string> SysfsDirectory::attribute(const std::string& name) const {
    if (!fd_) return std::nullopt;
    const UniqueFd file(open_persistently(fd_.get(), path_, name.c_str(), O_RDONLY));
    if (!file) return std::nullopt;
    std::array<char, 4096> page; // an attribute has no more, and comes in one piece
    const ssize_t size = persist(path_, [&] { return ::pread(file.get(), page.data(), page.size(), 0); });
    if (size < 0) return std::nullopt;
    std::string text(page.data(), static_cast<std::size_t>(size));
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

std::optional<std::string> SysfsDirectory::link_target(const std::string& name) const {
    if (!fd_) return std::nullopt;
    std::array<char, PATH_MAX> target;
    const ssize_t size = persist(path_, [&] {
        return ::readlinkat(fd_.get(), name.c_str(), target.data(), target.size());
    });
    if (size < 0) return std::nullopt;
    return std::string(target.data(), static_cast<std::size_t>(size));
}

bool SysfsDirectory::has(const std::string& name) const {
    struct stat ignored {};
    return fd_ && persist(path_, [&] {
                      return ::fstatat(fd_.get(), name.c_str(), &ignored, AT_SYMLINK_NOFOLLOW);
                  }) == 0;
}

// Not std::filesystem::directory_iterator: a failed allocation while it advances ends the process.
std::vector<std::string> sysfs_names(const fs::path& directory) {
    for (int left = tries;; --left) {
        std::vector<std::string> names;
        const Entries entries(::opendir(directory.c_str()));
        errno = entries ? 0 : errno;
        while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr)
            if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
        const int error = errno;
        std::sort(names.begin(), names.end());
        if (error == 0 || is_absent(error)) return names;
        if (left > 1) continue;
        give_up(error, directory);
        return names;
    }
}

} // namespace had::sys
