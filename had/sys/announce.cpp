#include "had/sys/announce.hpp"

#include "had/core/base/wire.hpp"
#include "had/sys/fd.hpp"

#include <arpa/inet.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace had::sys {

using namespace core;

namespace {

constexpr std::uint8_t hop_limit = 255;       // proof that it comes from the link itself
constexpr Mac everybody{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
constexpr Mac all_nodes_mac{{0x33, 0x33, 0, 0, 0, 1}};
constexpr IpAddress all_nodes{IpFamily::v6, {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

Packet arp(const Announcement& what) {
    WireWriter w;
    w.u16(ARPHRD_ETHER).u16(ETH_P_IP).u8(ETH_ALEN).u8(4).u16(ARPOP_REQUEST);
    w.mac(what.mac).ip(what.address).mac(Mac{}).ip(what.address);
    return {ETH_P_ARP, everybody, std::move(w.bytes())};
}

Packet advertisement(const Announcement& what, bool router) {
    constexpr unsigned override_known = 0x20, is_router = 0x80;
    WireWriter icmp;
    icmp.u8(ND_NEIGHBOR_ADVERT).u8(0).u16(0).u8(override_known | (router ? is_router : 0)).u8(0).u16(0);
    icmp.ip(what.address).u8(ND_OPT_TARGET_LINKADDR).u8(1).mac(what.mac);
    const auto size = static_cast<unsigned>(icmp.bytes().size());

    const std::uint16_t sum = icmp6_checksum(what.address, all_nodes, icmp.bytes());
    icmp.bytes()[2] = static_cast<std::uint8_t>(sum >> 8);
    icmp.bytes()[3] = static_cast<std::uint8_t>(sum);

    WireWriter w;
    w.u8(6 << 4).u8(0).u16(0).u16(size).u8(IPPROTO_ICMPV6).u8(hop_limit).ip(what.address).ip(all_nodes);
    w.put(icmp.bytes());
    return {ETH_P_IPV6, all_nodes_mac, std::move(w.bytes())};
}

// As the kernel's own advertisements say it (net/ipv6/ndisc.c ndisc_send_unsol_na).
bool forwards_ipv6(const std::filesystem::path& root, const std::string& interface) {
    std::ifstream file(root / "proc/sys/net/ipv6/conf" / interface / "forwarding");
    int value = 0;
    return file >> value && value != 0;
}

ActionResult failed(const char* what) {
    const int error = errno;
    return {error, std::string(what) + ": " + std::strerror(error)};
}

} // namespace

Packet packet_of(const Announcement& what, bool router) {
    return what.address.family == IpFamily::v4 ? arp(what) : advertisement(what, router);
}

ActionResult announce(const Announcement& what, const std::filesystem::path& root) try {
    const bool router = what.address.family == IpFamily::v6 && forwards_ipv6(root, what.link.name);
    const Packet packet = packet_of(what, router);
    const UniqueFd fd(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return failed("cannot open a packet socket");
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_protocol = htons(packet.protocol);
    to.sll_ifindex = what.link.index;
    to.sll_halen = ETH_ALEN;
    std::memcpy(to.sll_addr, packet.to.bytes.data(), packet.to.bytes.size());
    const long sent = ::sendto(fd.get(), packet.payload.data(), packet.payload.size(), 0,
                               reinterpret_cast<const sockaddr*>(&to), sizeof to);
    return sent < 0 ? failed("cannot send") : ActionResult{};
} catch (const std::exception& e) {
    return {ENOMEM, e.what()};
}

} // namespace had::sys
