#include "had/sys/netlink_socket.hpp"

#include "had/sys/netlink_attributes.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

namespace had::sys {

using core::ActionResult;

void netlink_failed(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), "netlink: " + what);
}

void set_netlink(int fd, int option, int value, const char* what) {
    if (::setsockopt(fd, SOL_NETLINK, option, &value, sizeof value) < 0) netlink_failed(errno, what);
}

UniqueFd open_netlink(int protocol, int flags) {
    UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, protocol));
    if (!fd) netlink_failed(errno, "cannot open a socket");
    sockaddr_nl self{};
    self.nl_family = AF_NETLINK;
    // Bound at once: an unbound socket has port 0, the kernel's own, and multicasts skip their
    // sender.
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&self), sizeof self) < 0)
        netlink_failed(errno, "cannot bind a socket");
    return fd;
}

UniqueFd open_netlink_requests(int protocol) {
    auto fd = open_netlink(protocol, 0);
    set_netlink(fd.get(), NETLINK_EXT_ACK, 1, "cannot ask for the kernel's own words");
    set_netlink(fd.get(), NETLINK_CAP_ACK, 1, "cannot ask for short acknowledgements");
    // A request is executed inside send(), and its answer is there when send() returns.  When the
    // kernel had no memory for an answer, the daemon must not wait for ever.
    const timeval limit{5, 0};
    if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0)
        netlink_failed(errno, "cannot set a time limit");
    return fd;
}

long receive_netlink(int fd, std::vector<std::byte>& buffer) {
    for (;;) {
        iovec io{buffer.data(), buffer.size()};
        sockaddr_nl sender{};
        msghdr header{};
        header.msg_name = &sender;
        header.msg_namelen = sizeof sender;
        header.msg_iov = &io;
        header.msg_iovlen = 1;
        const long n = ::recvmsg(fd, &header, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -errno;
        if (sender.nl_pid != 0) continue; // any process may write to a netlink socket
        return header.msg_flags & MSG_TRUNC ? -ENOBUFS : n;
    }
}

// The extended acknowledgement.  NETLINK_CAP_ACK leaves the request out; a kernel that sends it
// nevertheless has it between the error and the attributes.
ActionResult acknowledged(const nlmsghdr& message) {
    nlmsgerr error{};
    if (!nlmsg_valid_hdr(&message, sizeof error)) return {EPROTO, "acknowledgement too short"};
    std::memcpy(&error, nlmsg_data(&message), sizeof error);
    ActionResult result{-error.error, {}};
    if (!(message.nlmsg_flags & NLM_F_ACK_TLVS)) return result;
    std::size_t skip = sizeof error;
    if (!(message.nlmsg_flags & NLM_F_CAPPED))
        skip += NLMSG_ALIGN(error.msg.nlmsg_len) - NLMSG_HDRLEN;
    const long left = static_cast<long>(message.nlmsg_len - NLMSG_HDRLEN) - static_cast<long>(skip);
    if (left <= 0) return result;
    const auto* head = static_cast<const char*>(nlmsg_data(&message)) + skip;
    result.text = Attributes(head, static_cast<int>(left)).text(NLMSGERR_ATTR_MSG);
    return result;
}

ActionResult ask_netlink(int fd, const nlmsghdr& request, std::vector<std::byte>& buffer,
                         const NetlinkAnswer& answer) {
    if (::send(fd, &request, request.nlmsg_len, 0) < 0) return {errno, "netlink: cannot send"};
    for (;;) {
        const long n = receive_netlink(fd, buffer);
        if (n == -EAGAIN) return {ETIMEDOUT, "netlink: the kernel did not answer"};
        if (n < 0) return {static_cast<int>(-n), "netlink: cannot receive the answer"};
        std::optional<ActionResult> result;
        for_each_message(buffer, n, [&](const nlmsghdr& message) {
            if (message.nlmsg_seq != request.nlmsg_seq) return;
            if (message.nlmsg_type == NLMSG_ERROR) result = acknowledged(message);
            else if (answer && message.nlmsg_type >= NLMSG_MIN_TYPE) answer(message);
        });
        if (result) return *std::move(result);
    }
}

} // namespace had::sys
