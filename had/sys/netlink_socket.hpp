// What every netlink socket needs, whatever family it speaks.
#pragma once

#include "had/core/action/action.hpp"
#include "had/sys/fd.hpp"

#include <linux/netlink.h>
#include <netlink/msg.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace had::sys {

constexpr std::size_t datagram_max = 64 * 1024; // the kernel's dumps have at most 32 KiB a datagram

[[noreturn]] void netlink_failed(int error, const std::string& what);
void set_netlink(int fd, int option, int value, const char* what);

// Bound at once.  Throws std::system_error.
UniqueFd open_netlink(int protocol, int flags);
// A socket for requests: answers have the kernel's own words, and a time limit.
UniqueFd open_netlink_requests(int protocol);

// One datagram of the kernel's: its length, or -errno.  A datagram cut short counts as an overrun.
long receive_netlink(int fd, std::vector<std::byte>& buffer);

template <class F>
void for_each_message(const std::vector<std::byte>& buffer, long size, F action) {
    int left = static_cast<int>(size);
    // nlmsg_next() takes no const; nothing is written.
    auto* m = reinterpret_cast<nlmsghdr*>(const_cast<std::byte*>(buffer.data()));
    for (; nlmsg_ok(m, left); m = nlmsg_next(m, &left))
        action(static_cast<const nlmsghdr&>(*m));
}

// The content of an NLMSG_ERROR: 0, or an errno and the kernel's own words.
core::ActionResult acknowledged(const nlmsghdr& message);

// Sends a request and waits for its acknowledgement; hands over the answers that come before it.
// Late answers to older requests are ignored.  Throws nothing.
using NetlinkAnswer = std::function<void(const nlmsghdr&)>;
core::ActionResult ask_netlink(int fd, const nlmsghdr& request, std::vector<std::byte>& buffer,
                               const NetlinkAnswer& answer = {});

} // namespace had::sys
