#include "test/chassis/unix_socket.hpp"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

namespace had::test {
namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    return address;
}

Fd stream() {
    return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

} // namespace

Fd listen_at(const std::string& path) {
    const sockaddr_un address = address_of(path);
    Fd fd = stream();
    ::unlink(path.c_str());
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
        ::listen(fd.get(), 8) < 0)
        throw std::system_error(errno, std::generic_category(), path);
    return fd;
}

Fd connect_to(const std::string& path) {
    const sockaddr_un address = address_of(path);
    Fd fd = stream();
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        throw std::system_error(errno, std::generic_category(), path);
    return fd;
}

} // namespace had::test
