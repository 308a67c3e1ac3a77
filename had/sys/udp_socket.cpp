#include "had/sys/udp_socket.hpp"

#include "had/sys/socket_address.hpp"

#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

namespace had::sys {

using namespace core;

namespace {

// What the network has told of an earlier datagram, and not of this call.
bool is_of_another(int error) {
    for (const int told : {ECONNREFUSED, EHOSTUNREACH, EHOSTDOWN, ENETDOWN, ENOPROTOOPT, EPROTO, EACCES, EMSGSIZE})
        if (error == told) return true;
    return false;
}

bool says_nobody_listens(const sock_extended_err& error) {
    return (error.ee_origin == SO_EE_ORIGIN_ICMP && error.ee_type == ICMP_DEST_UNREACH &&
            error.ee_code == ICMP_PORT_UNREACH) ||
           (error.ee_origin == SO_EE_ORIGIN_ICMP6 && error.ee_type == ICMPV6_DEST_UNREACH &&
            error.ee_code == ICMPV6_PORT_UNREACH);
}

// Who has told it.  Nothing: no refusal of a datagram.
std::optional<IpAddress> refused_by(msghdr& message) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        const bool v4 = part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR;
        const bool v6 = part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR;
        if (!v4 && !v6) continue;
        sock_extended_err error{};
        std::memcpy(&error, CMSG_DATA(part), sizeof error);
        if (!says_nobody_listens(error)) return std::nullopt;
        sockaddr_storage from{};
        const std::size_t size = v4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
        std::memcpy(&from, CMSG_DATA(part) + sizeof error, size);
        return address_of(from);
    }
    return std::nullopt;
}

Answer answer_of(Ifindex port, const IpAddress& target, std::uint16_t service, std::size_t size) {
    Answer answer;
    answer.port = port;
    answer.transport = Transport::udp;
    answer.target = target;
    answer.service = service;
    answer.size = static_cast<std::uint32_t>(size);
    return answer;
}

} // namespace

UdpSocket::UdpSocket(Ifindex port, IpFamily family)
    : port_(port), family_(family), fd_(::socket(family == IpFamily::v4 ? AF_INET : AF_INET6,
                                                 SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP)) {
    if (!fd_) throw std::system_error(errno, std::generic_category(), "cannot open a UDP socket");
    set_option(fd_.get(), SOL_SOCKET, SO_BINDTOIFINDEX, port);
    set_option(fd_.get(), SOL_SOCKET, SO_PRIORITY, control_priority);
    if (family == IpFamily::v4) set_option(fd_.get(), IPPROTO_IP, IP_RECVERR, 1);
    else set_option(fd_.get(), IPPROTO_IPV6, IPV6_RECVERR, 1);
}

int UdpSocket::ask(const Question& question) {
    if (question.target.family != family_) return EAFNOSUPPORT;
    const SocketAddress to(question.target, question.service, port_);
    const auto send = [&] {
        return ::sendto(fd_.get(), question.datagram.data(), question.datagram.size(), 0, to.get(), to.size());
    };
    if (send() >= 0) return 0;
    if (is_of_another(errno) && send() >= 0) return 0;
    return errno == EAGAIN ? ENOBUFS : errno;
}

ProbeSocket::Heard UdpSocket::next(std::span<std::uint8_t> room) {
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    const long size =
        ::recvfrom(fd_.get(), room.data(), room.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (size < 0) return next_refusal(room, errno);
    const auto target = address_of(from);
    if (!target) return {0, {}};
    return {0, answer_of(port_, *target, service_of(from), static_cast<std::size_t>(size))};
}

ProbeSocket::Heard UdpSocket::next_refusal(std::span<std::uint8_t> room, int error) {
    sockaddr_storage asked{};
    std::array<char, 512> more{};
    iovec data{room.data(), room.size()};
    msghdr message{};
    message.msg_name = &asked;
    message.msg_namelen = sizeof asked;
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = more.data();
    message.msg_controllen = more.size();
    if (::recvmsg(fd_.get(), &message, MSG_ERRQUEUE) < 0) return {is_of_another(error) ? 0 : error, {}};
    const auto by = refused_by(message), target = address_of(asked);
    if (!by || by != target) return {0, {}};
    return {0, answer_of(port_, *target, service_of(asked), 0)};
}

} // namespace had::sys
