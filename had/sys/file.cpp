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

void expect_regular(const fs::path& path, const struct stat& status, const std::string& verb = "read") {
    if (S_ISREG(status.st_mode)) return;
    errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    fail(path, "cannot " + verb + ": it is " + kind_of(status.st_mode) + ", not a file");
}

// Checked before opening, since some devices act when they are opened, and after, since it may be another file by then.
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

// What a name leads to.  The kernel itself follows the links, so its rules about them hold (protected_symlinks).
struct Target {
    fs::path path;                            // no link
    std::optional<struct stat> old;           // nothing: there is none yet
};

// A link to a file that does not exist yet is followed too, by the only call that does so and makes the file.
UniqueFd open_target(const fs::path& path, unsigned mode) {
    UniqueFd there(::open(path.c_str(), O_PATH | O_CLOEXEC));
    struct stat link {};
    if (there || errno != ENOENT || ::lstat(path.c_str(), &link) < 0 || !S_ISLNK(link.st_mode)) return there;
    there.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600));
    if (there && ::fchmod(there.get(), mode) < 0) fail(path, "cannot set its mode");
    return there;
}

Target target_of(const fs::path& path, unsigned mode) {
    const UniqueFd there = open_target(path, mode);
    if (!there && errno == ENOENT) return {path, std::nullopt};
    struct stat status {};
    if (!there || ::fstat(there.get(), &status) < 0) fail(path, "cannot open");
    if (!S_ISREG(status.st_mode)) return {path, status};
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    return {error ? path : real, status};
}

UniqueFd open_directory_of(const fs::path& path) {
    const fs::path directory = path.has_parent_path() ? path.parent_path() : ".";
    UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) fail(path, "cannot open its directory");
    return fd;
}

UniqueFd make_temporary(const std::string& name) {
    ::unlink(name.c_str());                   // of a writer that was killed
    return UniqueFd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
}

bool is_not_ours(int error) { return error == EACCES || error == EPERM || error == EROFS; }

// Gives the new file the mode and owner of the old one.  False: only root can give it that owner.
bool take_after(int fd, const struct stat& old, const fs::path& path) {
    struct stat made {};
    if (::fstat(fd, &made) < 0) fail(path, "cannot look at its successor");
    const bool same = made.st_uid == old.st_uid && made.st_gid == old.st_gid;
    const bool kept = same || ::fchown(fd, old.st_uid, old.st_gid) == 0;
    if (!kept && !is_not_ours(errno)) fail(path, "cannot keep its owner");
    if (::fchmod(fd, old.st_mode & 07777) < 0) fail(path, "cannot set its mode");
    return kept;
}

// Half a text is worse than another owner, where nobody but the daemon reads it; a user's file stays what it is.
enum class Rather : unsigned char { whole, same };

// False, and nothing is changed: a file in the other's place would not be what that one is.
bool replace(const Target& target, std::string_view text, unsigned mode, Rather rather) {
    const bool same = rather == Rather::same && target.old;
    if (same && target.old->st_nlink > 1) return false;
    const fs::path& path = target.path;
    const std::string temporary = path.string() + ".had-new";
    const UniqueFd directory = open_directory_of(path);
    const UniqueFd fd = make_temporary(temporary);
    if (!fd && same && is_not_ours(errno)) return false;
    if (!fd) fail(path, "cannot make " + temporary);
    try {
        if (target.old && !take_after(fd.get(), *target.old, path) && same) {
            ::unlink(temporary.c_str());
            return false;
        }
        write_all(fd.get(), text, path);
        if (!target.old && ::fchmod(fd.get(), mode) < 0) fail(path, "cannot set its mode");
        // Without it a crash soon after may leave an empty file under the new name.
        if (::fsync(fd.get()) < 0) fail(path, "cannot sync");
        if (::rename(temporary.c_str(), path.c_str()) < 0) {
            if (!same || errno != EBUSY) fail(path, "cannot rename");
            ::unlink(temporary.c_str());      // something is mounted on the file itself
            return false;
        }
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    // The new text is in force now.  A failed sync undoes nothing, though a power cut might.
    ::fsync(directory.get());
    return true;
}

void write_into(const Target& target, std::string_view text) {
    const fs::path& path = target.path;
    const bool regular = S_ISREG(target.old->st_mode);
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd) fail(path, "cannot open");
    write_all(fd.get(), text, path);
    if (regular && ::ftruncate(fd.get(), static_cast<off_t>(text.size())) < 0) fail(path, "cannot cut");
    if (regular && ::fsync(fd.get()) < 0) fail(path, "cannot sync");
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

std::string read_standard_input() { return read_all(STDIN_FILENO, "standard input"); }

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
    const Target target = target_of(path, mode);
    if (target.old) expect_regular(path, *target.old, "write");
    replace(target, text, mode, Rather::whole);
}

void replace_file(const fs::path& path, std::string_view text) {
    struct stat status {};
    const bool there = ::lstat(path.c_str(), &status) == 0;
    if (there && (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))) expect_regular(path, status, "replace");
    replace({path, std::nullopt}, text, 0644, Rather::whole);
}

void write_output(const fs::path& path, std::string_view text) {
    const Target target = target_of(path, 0644);
    if (target.old && S_ISDIR(target.old->st_mode)) expect_regular(path, *target.old, "write");
    const bool regular = !target.old || S_ISREG(target.old->st_mode);
    if (!regular || !replace(target, text, 0644, Rather::same)) write_into(target, text);
}

bool is_standard_output(const fs::path& path) {
    struct stat file {}, out {};
    return ::stat(path.c_str(), &file) == 0 && ::fstat(STDOUT_FILENO, &out) == 0 && S_ISREG(file.st_mode) &&
           file.st_dev == out.st_dev && file.st_ino == out.st_ino;
}

int write_once(const fs::path& path, std::string_view text) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    return fd && ::write(fd.get(), text.data(), text.size()) >= 0 ? 0 : errno;
}

} // namespace had::sys
