#include "had/sys/lock.hpp"

#include <sys/file.h>

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>

namespace had::sys {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
    throw std::system_error(errno, std::generic_category(), path.string() + ": " + what);
}

} // namespace

std::optional<UniqueFd> try_lock(const std::filesystem::path& path) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600));
    if (!fd) fail(path, "cannot open");
    while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return std::nullopt;
        if (errno != EINTR) fail(path, "cannot lock");
    }
    return fd;
}

} // namespace had::sys
