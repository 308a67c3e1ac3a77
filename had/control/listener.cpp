#include "had/control/listener.hpp"

#include "had/sys/lock.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace had::control {

namespace {

[[noreturn]] void fail(const std::string& path, std::string_view what) {
    throw std::runtime_error(fmt::format("control socket {}: {}", path, what));
}

[[noreturn]] void fail(const std::string& path, std::string_view what, int error) {
    fail(path, fmt::format("{}: {}", what, std::strerror(error)));
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        fail(path, fmt::format("the path is longer than {} bytes", sizeof address.sun_path - 1));
    path.copy(address.sun_path, path.size());
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

sys::UniqueFd stream_socket(const std::string& path) {
    sys::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) fail(path, "no socket", errno);
    return fd;
}

void make_directory(const std::string& path) {
    const auto directory = std::filesystem::path(path).parent_path();
    if (directory.empty()) return;
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) fail(path, "cannot make its directory: " + error.message());
}

sys::UniqueFd take_lock(const std::string& path) {
    const std::string name = path + ".lock";
    try {
        if (auto lock = sys::try_lock(name)) return *std::move(lock);
    } catch (const std::system_error& e) {
        fail(path, e.what());
    }
    fail(path, "another daemon is running (it holds " + name + ")");
}

// Requires: the lock.  So no daemon listens on what is there, unless it was given another path.
void clear_the_way(const std::string& path) {
    struct stat there {};
    if (::lstat(path.c_str(), &there) != 0) {
        if (errno == ENOENT) return;
        fail(path, "cannot look at it", errno);
    }
    if (!S_ISSOCK(there.st_mode))
        fail(path, "something that is no socket is in the way; remove it");
    const sys::UniqueFd probe = stream_socket(path);
    const sockaddr_un address = address_of(path);
    if (::connect(probe.get(), generic(address), sizeof address) == 0 || errno != ECONNREFUSED)
        fail(path, "another program listens there; stop it");
    if (::unlink(path.c_str()) != 0) fail(path, "cannot replace the socket of a dead daemon", errno);
}

} // namespace

Listener::Listener(std::string path) : path_(std::move(path)) {
    const sockaddr_un address = address_of(path_);
    make_directory(path_);
    lock_ = take_lock(path_);
    clear_the_way(path_);
    socket_ = stream_socket(path_);
    if (::bind(socket_.get(), generic(address), sizeof address) != 0)
        fail(path_, "cannot bind", errno);
    struct stat made {};
    if (::lstat(path_.c_str(), &made) == 0) {
        device_ = made.st_dev;
        inode_ = made.st_ino;
    }
    // Whatever the umask: everybody may ask, and the server decides who may change things.
    if (::chmod(path_.c_str(), 0666) != 0) fail(path_, "cannot open it to all users", errno);
    if (::listen(socket_.get(), 64) != 0) fail(path_, "cannot listen", errno);
}

Listener::~Listener() {
    struct stat there {};
    if (::lstat(path_.c_str(), &there) != 0) return;
    if (there.st_dev == device_ && there.st_ino == inode_) ::unlink(path_.c_str());
}

} // namespace had::control
