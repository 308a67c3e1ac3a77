#include "had/sys/packet_socket.hpp"

#include "had/core/base/wire.hpp"
#include "had/core/monitor/frame.hpp"
#include "had/sys/socket_filter.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace had::sys {

using namespace core;

namespace {

std::uint16_t protocol_of(Transport transport) {
    switch (transport) {
    case Transport::arp: return arp_protocol;
    case Transport::nd: return ip6_protocol;
    case Transport::peer: return peer_protocol;
    case Transport::lldp: return lldp_protocol;
    case Transport::echo:
    case Transport::udp:
    case Transport::program:
    case Transport::file: break;
    }
    throw std::system_error(EPROTONOSUPPORT, std::generic_category(), "this is asked by no frame");
}

// Four bytes of each of them; a whole address is compared when it is read.
template <class Address>
std::uint32_t last_word(const Address& address, std::size_t size) {
    return WireReader(std::span(address.bytes).first(size).last(4)).u32();
}
std::vector<std::uint32_t> addresses_of(const std::vector<Ear>& ears, bool without_others) {
    std::vector<std::uint32_t> words;
    const auto add = [&](const Mac& address) {
        const std::uint32_t word = last_word(address, address.bytes.size());
        if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    };
    for (const Ear& ear : ears) add(ear.address);
    if (without_others) return words;
    for (const Ear& ear : ears) std::for_each(ear.beside.begin(), ear.beside.end(), add);
    return words;
}
std::vector<std::uint32_t> targets_of(const std::vector<Ear>& ears) {
    std::vector<std::uint32_t> words;
    for (const Ear& ear : ears)
        for (const IpAddress& target : ear.targets) words.push_back(last_word(target, target.size()));
    return words;
}

// What decode() takes, as far as a few comparisons can tell: other hosts' questions and answers wake nobody.  What is
// for another port of the bond comes through, to be told: a switch that has learnt brings it there alone.
SocketFilter filter_for(Transport transport, const std::vector<Ear>& ears, bool without_others) {
    using Width = SocketFilter::Width;
    SocketFilter filter;
    filter.need(Width::word, 2, addresses_of(ears, without_others));
    switch (transport) {
    case Transport::arp: return filter.need(Width::half, 20, {arp_reply}).need(Width::word, 28, targets_of(ears));
    case Transport::nd:
        return filter.need(Width::byte, 20, {icmp6_next_header})
            .need(Width::byte, 54, {neighbour_advertisement})
            .need(Width::word, 74, targets_of(ears));
    case Transport::peer: return filter.need(Width::word, 14, {probe_magic});
    case Transport::lldp:
    case Transport::echo:
    case Transport::udp:
    case Transport::program:
    case Transport::file: break;
    }
    return filter;
}

} // namespace

// Of no protocol: it hears nothing before it is bound.
PacketSocket::PacketSocket(Ifindex port, Transport transport)
    : port_(port), transport_(transport), fd_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    if (!fd_) throw std::system_error(errno, std::generic_category(), "cannot open a packet socket");
    set_option(fd_.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
    set_option(fd_.get(), SOL_SOCKET, SO_PRIORITY, control_priority);
}

void PacketSocket::hear(const std::vector<Ear>& ears) {
    if (!bound_ || ears != ears_) filter_for(transport_, ears, without_others_).attach(fd_.get());
    if (!bound_) bind();
    let_in(ears);
    ears_ = ears;
}

void PacketSocket::shut_out_others(bool shut_out) {
    if (shut_out == without_others_) return;
    filter_for(transport_, ears_, shut_out).attach(fd_.get());
    without_others_ = shut_out;
}

void PacketSocket::bind() {
    sockaddr_ll at{};
    at.sll_family = AF_PACKET;
    at.sll_protocol = htons(protocol_of(transport_));
    at.sll_ifindex = port_;
    if (::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot listen at a port");
    bound_ = true;
}

// Looks each time: a bond changes the addresses of its ports.
void PacketSocket::let_in(const std::vector<Ear>& ears) {
    sockaddr_ll at{};
    socklen_t size = sizeof at;
    if (::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&at), &size) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot ask for a port's address");
    Mac own;
    std::copy_n(std::begin(at.sll_addr), own.bytes.size(), own.bytes.begin());
    std::set<Mac> wanted;
    for (const Ear& ear : ears)
        if (ear.address != own) wanted.insert(ear.address);
    for (const Mac& address : wanted)
        if (!let_in_.contains(address)) change_membership(PACKET_ADD_MEMBERSHIP, address);
    for (const Mac& address : let_in_)
        if (!wanted.contains(address)) change_membership(PACKET_DROP_MEMBERSHIP, address);
    let_in_ = std::move(wanted);
}

void PacketSocket::change_membership(int option, const Mac& address) {
    packet_mreq request{};
    request.mr_ifindex = port_;
    request.mr_type = (address.bytes[0] & 1) != 0 ? PACKET_MR_MULTICAST : PACKET_MR_UNICAST;
    request.mr_alen = ETH_ALEN;
    std::memcpy(request.mr_address, address.bytes.data(), address.bytes.size());
    set_option(fd_.get(), SOL_PACKET, option, request);
}

int PacketSocket::ask(const Question& question) {
    const Bytes frame = encode(question);
    if (frame.empty()) return EAFNOSUPPORT;
    return send_now([&] { return ::send(fd_.get(), frame.data(), frame.size(), 0); });
}

ProbeSocket::Heard PacketSocket::next(std::span<std::uint8_t> room) {
    const long size = ::recv(fd_.get(), room.data(), room.size(), 0);
    if (size < 0) return {errno, {}};
    Heard heard{0, decode(transport_, room.first(static_cast<std::size_t>(size)))};
    if (heard.answer) heard.answer->port = port_;
    return heard;
}

} // namespace had::sys
