#include "had/sys/echo_socket.hpp"

#include "had/core/monitor/echo.hpp"
#include "had/sys/socket_address.hpp"
#include "had/sys/socket_filter.hpp"

#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

namespace had::sys {

using namespace core;

namespace {

// Never in fragments: a packet of a given size is to find a way that takes no packet of that size.
void take_replies_v4(int fd, std::uint64_t identity) {
    set_option(fd, SOL_RAW, ICMP_FILTER, icmp_filter{~(1U << echo_reply)});
    SocketFilter().behind_ip4_header().need(SocketFilter::Width::half, 4, {echo_identifier(identity)}).attach(fd);
    set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
}

void take_replies_v6(int fd, std::uint64_t identity) {
    icmp6_filter types;
    ICMP6_FILTER_SETBLOCKALL(&types);
    ICMP6_FILTER_SETPASS(echo_reply_v6, &types);
    set_option(fd, IPPROTO_ICMPV6, ICMP6_FILTER, types);
    SocketFilter().need(SocketFilter::Width::half, 4, {echo_identifier(identity)}).attach(fd);
    set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
    set_option(fd, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
}

} // namespace

EchoSocket::EchoSocket(Ifindex port, IpFamily family, std::uint64_t identity)
    : port_(port), family_(family), identity_(identity),
      fd_(family == IpFamily::v4 ? ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP)
                                 : ::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6)) {
    if (!fd_) throw std::system_error(errno, std::generic_category(), "cannot open a raw socket");
    set_option(fd_.get(), SOL_SOCKET, SO_BINDTOIFINDEX, port);
    set_option(fd_.get(), SOL_SOCKET, SO_PRIORITY, control_priority);
    if (family == IpFamily::v4) take_replies_v4(fd_.get(), identity);
    else take_replies_v6(fd_.get(), identity);
}

int EchoSocket::ask(const Question& question) {
    if (question.target.family != family_) return EAFNOSUPPORT;
    const Bytes message = encode_echo(question, identity_);
    const SocketAddress to(question.target, 0, port_);
    return send_now([&] { return ::sendto(fd_.get(), message.data(), message.size(), 0, to.get(), to.size()); });
}

ProbeSocket::Heard EchoSocket::next(std::span<std::uint8_t> room) {
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    const long size =
        ::recvfrom(fd_.get(), room.data(), room.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (size < 0) return {errno, {}};
    const auto bytes = room.first(static_cast<std::size_t>(size));
    Heard heard;
    if (family_ == IpFamily::v4) {
        heard.answer = decode_echo_v4(bytes, identity_);
    } else {
        const auto sender = address_of(from);
        if (sender) heard.answer = decode_echo_v6(*sender, bytes, identity_);
    }
    if (heard.answer) heard.answer->port = port_;
    return heard;
}

} // namespace had::sys
