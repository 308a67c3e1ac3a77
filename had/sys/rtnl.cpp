#include "had/sys/rtnl.hpp"

#include "had/sys/netlink_attributes.hpp"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace had::sys {

using core::ActionResult;

namespace {

constexpr std::size_t datagram_max = 64 * 1024; // the kernel's dumps have at most 32 KiB a datagram
constexpr int drain_budget = 4096;              // then the loop's other descriptors have their turn
constexpr int dumps_in_a_row = 3;
constexpr int dump_tries = 5;

[[noreturn]] void fail(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), "rtnetlink: " + what);
}

void set(int fd, int level, int option, int value, const char* what) {
    if (::setsockopt(fd, level, option, &value, sizeof value) < 0) fail(errno, what);
}

UniqueFd open_socket(int flags) {
    UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE));
    if (!fd) fail(errno, "cannot open a socket");
    sockaddr_nl self{};
    self.nl_family = AF_NETLINK;
    // Bound at once: an unbound socket has port 0, the kernel's own, and multicasts skip their
    // sender.
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&self), sizeof self) < 0)
        fail(errno, "cannot bind a socket");
    return fd;
}

UniqueFd open_monitor(std::size_t receive_buffer) {
    auto fd = open_socket(SOCK_NONBLOCK);
    const int size = static_cast<int>(receive_buffer);
    // FORCE goes beyond net.core.rmem_max; without CAP_NET_ADMIN one gets what that allows.
    if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        set(fd.get(), SOL_SOCKET, SO_RCVBUF, size, "cannot size the receive buffer");
    for (const int group : {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR})
        set(fd.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group, "cannot join a group");
    return fd;
}

UniqueFd open_requests() {
    auto fd = open_socket(0);
    set(fd.get(), SOL_NETLINK, NETLINK_EXT_ACK, 1, "cannot ask for the kernel's own words");
    set(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, 1, "cannot ask for short acknowledgements");
    // A request is executed inside send(), its answer is there when send() returns.  Should the
    // kernel have had no memory for one, had must not wait for ever.
    const timeval limit{5, 0};
    if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0)
        fail(errno, "cannot set a time limit");
    return fd;
}

// One datagram of the kernel's: its length, or -errno.  A datagram cut short counts as an overrun.
long receive(int fd, std::vector<std::byte>& buffer) {
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

template <class F>
void for_each_message(const std::vector<std::byte>& buffer, long size, F action) {
    int left = static_cast<int>(size);
    // nlmsg_next() takes no const; nothing is written.
    auto* m = reinterpret_cast<nlmsghdr*>(const_cast<std::byte*>(buffer.data()));
    for (; nlmsg_ok(m, left); m = nlmsg_next(m, &left))
        action(static_cast<const nlmsghdr&>(*m));
}

// The extended acknowledgement.  NETLINK_CAP_ACK leaves the request out; a kernel that sends it
// nevertheless has it between the error and the attributes.
ActionResult result_of(const nlmsghdr& message) {
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

template <class Operation, class F>
void for_each_ref(Operation& operation, F action) {
    const auto visit = [&](auto& member) {
        if constexpr (std::is_convertible_v<decltype(member), const core::LinkRef&>) action(member);
    };
    std::visit(
        [&](auto& op) {
            if constexpr (requires { op.link; }) visit(op.link);
            if constexpr (requires { op.port; }) visit(op.port);
            if constexpr (requires { op.bond; }) visit(op.bond);
        },
        operation);
}

std::vector<Request> requests_for(const core::Operation& operation) {
    bool known = true;
    for_each_ref(operation, [&](const core::LinkRef& link) { known = known && link.index != 0; });
    if (known) return encode(operation);
    // A plan may name what it has only just had made.
    auto resolved = operation;
    for_each_ref(resolved, [](core::LinkRef& link) {
        if (link.index == 0)
            link.index = static_cast<core::Ifindex>(::if_nametoindex(link.name.c_str()));
    });
    return encode(resolved);
}

} // namespace

Rtnl::Rtnl(std::size_t receive_buffer)
    : monitor_(open_monitor(receive_buffer)), requests_(open_requests()), heard_(datagram_max),
      answers_(datagram_max) {}

int Rtnl::fd() const {
    return monitor_.get();
}

void Rtnl::drain(const core::EventSink& sink) {
    int dumps = 0;
    // After an overrun the budget does not count: until the queue is empty the kernel adds nothing
    // to it, so the reading ends, and to stop before would leave had deaf without another ENOBUFS.
    for (int budget = drain_budget; budget > 0 || stale_; --budget) {
        const long n = receive(monitor_.get(), heard_);
        if (n == -EAGAIN) {
            if (!stale_) return;
            auto all = dump_all();
            stale_ = false;
            sink(std::move(all));
            if (++dumps == dumps_in_a_row) return;
        } else if (n == -ENOBUFS) {
            stale_ = true;
            ++counters_.overruns;
        } else if (n < 0) {
            fail(static_cast<int>(-n), "cannot receive");
        } else {
            for_each_message(heard_, n, [&](const nlmsghdr& message) {
                ++counters_.messages;
                decode(message, sink);
            });
        }
    }
}

void Rtnl::resync(const core::EventSink& sink) {
    stale_ = true;
    drain(sink);
}

ActionResult Rtnl::apply(const core::Operation& operation) try {
    ActionResult result;
    for (const auto& one : requests_for(operation)) {
        result = request(one);
        if (!result.ok() && result.error == one.welcome_error) result = {};
        if (result.ok()) continue;
        if (result.text.empty()) result.text = std::strerror(result.error);
        if (!one.what.empty()) result.text = one.what + ": " + result.text;
        return result;
    }
    return result;
} catch (const std::invalid_argument& e) {
    return {ENODEV, e.what()};
} catch (const std::exception& e) {
    return {ENOMEM, e.what()};
}

ActionResult Rtnl::request(const Request& request) {
    nlmsghdr& header = *nlmsg_hdr(request.message.get());
    header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    header.nlmsg_seq = ++sequence_;
    ++counters_.requests;
    if (::send(requests_.get(), &header, header.nlmsg_len, 0) < 0)
        return {errno, "netlink: cannot send"};
    return acknowledgement(header.nlmsg_seq);
}

ActionResult Rtnl::acknowledgement(std::uint32_t sequence) {
    for (;;) {
        const long n = receive(requests_.get(), answers_);
        if (n == -EAGAIN) return {ETIMEDOUT, "netlink: the kernel did not answer"};
        if (n < 0) return {static_cast<int>(-n), "netlink: cannot receive the answer"};
        std::optional<ActionResult> result;
        for_each_message(answers_, n, [&](const nlmsghdr& message) {
            if (message.nlmsg_seq == sequence && message.nlmsg_type == NLMSG_ERROR)
                result = result_of(message);
        });
        if (result) return *std::move(result); // else a late answer to an older request
    }
}

core::LinksDumped Rtnl::dump_all() {
    ++counters_.dumps;
    core::LinksDumped all;
    dump(
        link_dump_request, [&] { all.links.clear(); },
        [&](const nlmsghdr& message) {
            if (auto link = decode_link(message)) all.links.push_back(*std::move(link));
        });
    dump(
        address_dump_request, [&] { all.addresses.clear(); },
        [&](const nlmsghdr& message) {
            if (auto address = decode_address(message))
                all.addresses.push_back(*std::move(address));
        });
    return all;
}

// The last try is taken even if it was interrupted: what changed meanwhile is in the monitor's
// queue.
void Rtnl::dump(Message (*ask)(), const std::function<void()>& restart, const MessageSink& sink) {
    for (int i = 0; i < dump_tries; ++i) {
        restart();
        if (dump_once(ask(), sink)) return;
    }
}

bool Rtnl::dump_once(Message message, const MessageSink& sink) {
    nlmsghdr& header = *nlmsg_hdr(message.get());
    header.nlmsg_flags |= NLM_F_REQUEST;
    header.nlmsg_seq = ++sequence_;
    if (::send(requests_.get(), &header, header.nlmsg_len, 0) < 0)
        fail(errno, "cannot ask for a dump");
    bool whole = true, done = false;
    while (!done) {
        const long n = receive(requests_.get(), answers_);
        if (n < 0) fail(static_cast<int>(-n), "cannot receive a dump");
        for_each_message(answers_, n, [&](const nlmsghdr& part) {
            if (part.nlmsg_seq != header.nlmsg_seq || done) return;
            if (part.nlmsg_flags & NLM_F_DUMP_INTR) whole = false;
            if (part.nlmsg_type == NLMSG_ERROR) fail(result_of(part).error, "a dump was refused");
            if (part.nlmsg_type == NLMSG_DONE)
                done = true;
            else
                sink(part);
        });
    }
    return whole;
}

} // namespace had::sys
