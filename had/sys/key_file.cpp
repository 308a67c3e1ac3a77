#include "had/sys/key_file.hpp"

#include "had/sys/fd.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace had::sys {

namespace {

[[noreturn]] void refuse(int error, const std::filesystem::path& path, const std::string& what = {}) {
    if (what.empty()) throw std::system_error(error, std::generic_category(), path.string());
    throw std::system_error(error, std::generic_category(), fmt::format("{}: {}", path.string(), what));
}

} // namespace

// Opened without waiting, since a FIFO would make it wait; and looked at by the descriptor, so that what is judged is
// what is read.
std::string read_key_file(const std::filesystem::path& path, uid_t owner) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd) refuse(errno, path);
    struct stat state {};
    if (::fstat(fd.get(), &state) != 0) refuse(errno, path);
    if (!S_ISREG(state.st_mode)) refuse(EINVAL, path, "it is no regular file");
    if (state.st_uid != owner)
        refuse(EPERM, path,
               fmt::format("user {} owns it, who could change it: `chown root {}`", state.st_uid, path.string()));
    if ((state.st_mode & 077) != 0)
        refuse(EPERM, path,
               fmt::format("others than its owner may open it (mode {:04o}): `chmod 600 {}`, and make a new key, since "
                           "this one may be known", state.st_mode & 07777, path.string()));
    std::array<char, 512> room;               // a key has 128 characters at most
    const long size = ::read(fd.get(), room.data(), room.size());
    if (size < 0) refuse(errno, path);
    return {room.data(), static_cast<std::size_t>(size)};
}

} // namespace had::sys
