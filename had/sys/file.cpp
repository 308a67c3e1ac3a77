#include "had/sys/file.hpp"

#include "had/sys/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace had::sys {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
    throw std::system_error(errno, std::generic_category(), path.string() + ": " + what);
}

std::string read_all(int fd, const std::filesystem::path& path) {
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
    }
}

void write_all(int fd, std::string_view text, const std::filesystem::path& path) {
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n >= 0)
            text.remove_prefix(static_cast<std::size_t>(n));
        else if (errno != EINTR)
            fail(path, "cannot write");
    }
}

} // namespace

std::optional<std::string> read_file_if_there(const std::filesystem::path& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd) return read_all(fd.get(), path);
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    fail(path, "cannot open");
}

std::string read_file(const std::filesystem::path& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) fail(path, "cannot open");
    return read_all(fd.get(), path);
}

void make_parent(const std::filesystem::path& path) {
    std::filesystem::create_directories(path.parent_path());
}

void write_file(const std::filesystem::path& path, std::string_view text, unsigned mode) {
    std::string temporary = path.string() + ".XXXXXX";
    const UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd) fail(path, "cannot make a temporary file beside it");
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
}

} // namespace had::sys
