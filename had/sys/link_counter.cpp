#include "had/sys/link_counter.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>

namespace had::sys {

using namespace core;

namespace {

// Of a file whose interface is going the kernel says EINVAL until it is away (net/core/net-sysfs.c netdev_show).
bool is_gone(int error) { return error == ENODEV || error == EINVAL; }

bool has_gone(int fd) {
    char first = 0;
    return ::pread(fd, &first, 1, 0) < 0 && is_gone(errno);
}

// Nothing: the interface has gone, or there is no number.
std::optional<std::uint64_t> number_in(int fd) {
    std::array<char, 32> text{};
    const long size = ::pread(fd, text.data(), text.size(), 0);
    if (size < 0 && !is_gone(errno)) throw std::system_error(errno, std::generic_category(), "cannot read a counter");
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + std::max(size, 0L), number);
    return error == std::errc() ? std::optional(number) : std::nullopt;
}

UniqueFd open_in(int directory, const char* name, int flags) {
    UniqueFd fd(::openat(directory, name, flags | O_CLOEXEC));
    if (!fd && errno != ENOENT && errno != ENODEV)
        throw std::system_error(errno, std::generic_category(), std::string("cannot open ") + name);
    return fd;
}

} // namespace

std::optional<std::uint64_t> LinkCounter::received(Ifindex port) {
    if (const auto known = files_.find(port); known != files_.end()) {
        if (const auto count = number_in(known->second.get())) return count;
        files_.erase(known);                  // a port that comes back under its old number has another file
    }
    UniqueFd fd = open(port);
    if (!fd) return std::nullopt;
    // Ports that have gone are not asked for any more.  One that cannot be read hinders no other.
    std::erase_if(files_, [](const auto& file) { return has_gone(file.second.get()); });
    return number_in(files_.insert_or_assign(port, std::move(fd)).first->second.get());
}

// Another interface may have got the name in between.
UniqueFd LinkCounter::open(Ifindex port) {
    if (!names_) names_ = UniqueFd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!names_) throw std::system_error(errno, std::generic_category(), "cannot open a socket");
    ifreq request{};
    request.ifr_ifindex = static_cast<int>(port);
    if (::ioctl(names_.get(), SIOCGIFNAME, &request) != 0) return {};
    const UniqueFd link = open_in(AT_FDCWD, (directory_ / request.ifr_name).c_str(), O_PATH | O_DIRECTORY);
    if (!link) return {};
    const UniqueFd index = open_in(link.get(), "ifindex", O_RDONLY);
    if (!index || number_in(index.get()) != static_cast<std::uint64_t>(port)) return {};
    return open_in(link.get(), "statistics/rx_packets", O_RDONLY);
}

} // namespace had::sys
