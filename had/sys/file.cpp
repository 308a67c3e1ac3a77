#include "had/sys/file.hpp"

#include "had/sys/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace had::sys {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
    throw std::system_error(errno, std::generic_category(), path.string() + ": " + what);
}

std::string kind_of(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFDIR: return "a directory";
    case S_IFIFO: return "a FIFO";
    case S_IFSOCK: return "a socket";
    case S_IFCHR:
    case S_IFBLK: return "a device";
    }
    return "something else";
}

void expect_regular(const fs::path& path, const struct stat& status) {
    if (S_ISREG(status.st_mode)) return;
    errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    fail(path, "cannot read: it is " + kind_of(status.st_mode) + ", not a file");
}

// Looked at before, since some devices act when they are opened, and after, since it may be another by then.
UniqueFd open_regular(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) expect_regular(path, status);
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd) return fd;
    if (::fstat(fd.get(), &status) < 0) fail(path, "cannot look at");
    expect_regular(path, status);
    return fd;
}

std::string read_all(int fd, const fs::path& path) {
    std::string text;
    char buffer[16384];
    for (;;) {
        const ssize_t n = ::read(fd, buffer, sizeof buffer);
        if (n > 0)
            text.append(buffer, static_cast<std::size_t>(n));
        else if (n == 0)
            return text;
        else if (errno != EINTR)
            fail(path, "cannot read");
        if (text.size() <= file_max) continue;
        errno = EFBIG;
        fail(path, "cannot read more than 4 MiB");
    }
}

void write_all(int fd, std::string_view text, const fs::path& path) {
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n >= 0)
            text.remove_prefix(static_cast<std::size_t>(n));
        else if (errno != EINTR)
            fail(path, "cannot write");
    }
}

UniqueFd open_directory_of(const fs::path& path) {
    const fs::path directory = path.has_parent_path() ? path.parent_path() : ".";
    UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) fail(path, "cannot open its directory");
    return fd;
}

UniqueFd make_temporary(const std::string& name, const fs::path& path) {
    ::unlink(name.c_str());                   // of a writer that was killed
    UniqueFd fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) fail(path, "cannot make " + name);
    return fd;
}

} // namespace

std::optional<std::string> read_file_if_there(const fs::path& path) {
    const UniqueFd fd = open_regular(path);
    if (fd) return read_all(fd.get(), path);
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    fail(path, "cannot open");
}

std::string read_file(const fs::path& path) {
    const UniqueFd fd = open_regular(path);
    if (!fd) fail(path, "cannot open");
    return read_all(fd.get(), path);
}

std::optional<std::string> first_line(const fs::path& path) try {
    std::string text = read_file(path);
    text.resize(std::min(text.size(), text.find('\n')));
    return text;
} catch (const std::system_error&) {
    return std::nullopt;
}

void make_parent(const fs::path& path) {
    const fs::path directory = path.parent_path();
    if (!directory.empty() && fs::create_directories(directory))
        fs::permissions(directory, fs::perms(0755));                       // whatever the umask is
}

void write_file(const fs::path& path, std::string_view text, unsigned mode) {
    const std::string temporary = path.string() + ".had-new";
    const UniqueFd directory = open_directory_of(path);
    const UniqueFd fd = make_temporary(temporary, path);
    try {
        write_all(fd.get(), text, path);
        if (::fchmod(fd.get(), mode) < 0) fail(path, "cannot set its mode");
        // Without it a crash soon after may leave an empty file under the new name.
        if (::fsync(fd.get()) < 0) fail(path, "cannot sync");
        if (::rename(temporary.c_str(), path.c_str()) < 0) fail(path, "cannot rename");
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    // The new text is in force now: that it might not outlive a power cut undoes nothing.
    ::fsync(directory.get());
}

int write_once(const fs::path& path, std::string_view text) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    return fd && ::write(fd.get(), text.data(), text.size()) >= 0 ? 0 : errno;
}

} // namespace had::sys
