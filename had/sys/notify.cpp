#include "had/sys/notify.hpp"

#include "had/core/base/number.hpp"
#include "had/sys/fd.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace had::sys {

namespace {

bool send_notice(const sockaddr_un& to, socklen_t size, std::string_view state) {
    const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    return fd && ::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                          reinterpret_cast<const sockaddr*>(&to), size) >= 0;
}

} // namespace

// Nobody says READY a second time: it is tried again at once.
bool notify(std::string_view state) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (!path || !*path) return true;
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    const std::size_t length = std::strlen(path);
    if (length >= sizeof to.sun_path) return false;
    std::memcpy(to.sun_path, path, length);
    if (path[0] == '@') to.sun_path[0] = '\0'; // the abstract namespace
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
    for (int left = 3; left > 0; --left)
        if (send_notice(to, size, state)) return true;
    return false;
}

std::optional<core::Duration> watchdog_interval() {
    const auto number = [](const char* name) -> long long {
        const char* text = std::getenv(name);
        return core::number<long long>(text ? text : "").value_or(0);
    };
    if (const auto pid = number("WATCHDOG_PID"); pid != 0 && pid != ::getpid()) return std::nullopt;
    const auto limit = number("WATCHDOG_USEC");
    if (limit <= 0) return std::nullopt;
    return core::Duration(limit / 2);
}

} // namespace had::sys
