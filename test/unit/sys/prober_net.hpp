// Ports of the test's own network, a switch and a gateway in another one, and what is said between them.
#pragma once

#include "had/core/base/wire.hpp"
#include "had/core/monitor/frame.hpp"
#include "had/core/monitor/probe_mac.hpp"
#include "had/sys/prober.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/far_host.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace had::test {

using namespace core;

inline const Mac probe0{{0x02, 0x11, 0x22, 0x33, 0x44, 0x50}}, probe1{{0x06, 0x11, 0x22, 0x33, 0x44, 0x51}};
inline IpAddress ip(std::string_view text) { return ip_address_from(text).value(); }
inline const IpAddress gateway = ip("10.0.1.254"), gateway6 = ip("2001:db8::fe");

inline Ifindex index_of(const char* name) { return static_cast<Ifindex>(::if_nametoindex(name)); }

// Hears the frames of one protocol; of none: sends alone.
inline sys::UniqueFd packets(const char* interface, std::uint16_t protocol) {
    sys::UniqueFd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_ll at{};
    at.sll_family = AF_PACKET;
    at.sll_protocol = htons(protocol);
    at.sll_ifindex = index_of(interface);
    BOOST_REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    return fd;
}

// Hears what the prober does not.
class Witness {
public:
    Witness(const char* interface, std::uint16_t protocol) : fd_(packets(interface, protocol)) {}

    [[nodiscard]] bool sees(const Bytes& frame) const {
        Bytes room(2048);
        pollfd ready{fd_.get(), POLLIN, 0};
        while (::poll(&ready, 1, 10000) == 1) {
            const long size = ::recv(fd_.get(), room.data(), room.size(), 0);
            if (size == static_cast<long>(frame.size()) && std::equal(frame.begin(), frame.end(), room.begin()))
                return true;
        }
        return false;
    }

private:
    sys::UniqueFd fd_;
};

// Two ports whose cables end in a switch that has the gateway's addresses.
struct Net {
    FarHost far;
    sys::Loop loop;
    std::vector<Answer> heard;
    std::map<Transport, std::uint32_t> strays;        // that came in, and answer nothing
    std::function<void(const Answer&)> also;
    sys::Prober prober{loop, [this](const Answer& answer) {
                           if (answer.strays > 0) return void(strays[answer.transport] += answer.strays);
                           heard.push_back(answer);
                           if (also) also(answer);
                       }};

    // Ends of a cable that are known by one number in both networks are told of their carrier a second late
    // (net/core/link_watch.c linkwatch_urgent_event).
    bool start() {
        return far && shell("ip link set lo up && ip link add had0 index 10 type veth peer name p0 index 20 netns " +
                            far.pid() + " && ip link add had1 index 11 type veth peer name p1 index 21 netns " +
                            far.pid() + " && ip link set had0 up && ip link set had1 up") &&
               far.shell("ip link set lo up && ip link add sw type bridge && ip link set p0 master sw up && "
                         "ip link set p1 master sw up && ip addr add 10.0.1.254/24 dev sw && "
                         "ip addr add 10.0.1.253/24 dev sw && ip addr add 2001:db8::fe/64 dev sw nodad && "
                         "ip link set sw up") &&
               wait_for(loop, [this] { return forwards("p0") && forwards("p1"); });
    }
    // The switch takes a port up some time after its link.
    [[nodiscard]] bool forwards(const std::string& port) const {
        return far.shell("ip -d link show " + port + " | grep \"state forwarding\"");
    }
    // What the far end of had0's cable puts on it.
    void inject(std::span<const std::uint8_t> frame, int times = 1) {
        const sys::UniqueFd fd = far.within([] { return packets("p0", 0); });
        for (; times > 0; --times)
            BOOST_REQUIRE(::send(fd.get(), frame.data(), frame.size(), 0) == static_cast<long>(frame.size()));
    }
    bool hears(std::size_t answers) {
        return wait_for(loop, [&] { return heard.size() >= answers; });
    }
    bool asks(const Question& question) {
        heard.clear();
        return prober.ask(question) == 0 && hears(1);
    }
    // The switch may be late again.
    bool is_answered_in_the_end(const Question& question) {
        heard.clear();
        return wait_for(loop, [&] { return prober.ask(question) == 0 && !heard.empty(); });
    }
};

inline Ear ear(const char* port, Transport transport, const Mac& address, std::vector<IpAddress> targets) {
    return {index_of(port), transport, address, std::move(targets)};
}
inline Question question(const Ear& ear, const IpAddress& target) {
    Question q;
    q.port = ear.port;
    q.transport = ear.transport;
    q.source = ear.address;
    q.target = target;
    q.sender = target.family == IpFamily::v4 ? ip("0.0.0.0") : link_local_of(ear.address);
    return q;
}

// Answers that the test makes come from here.
inline const Mac forger{{0x52, 0x54, 0, 0, 0, 9}};
inline Bytes arp_reply_of(const Mac& to, const IpAddress& from) {
    WireWriter w;
    w.mac(to).mac(forger).u16(arp_protocol).u16(1).u16(0x0800).u8(6).u8(4).u16(arp_reply);
    w.mac(forger).ip(from).mac(to).u32(0).pad_to(60);
    return w.bytes();
}
inline Bytes advertisement_of(const Mac& to, const IpAddress& target, std::uint8_t hop_limit = 255) {
    const IpAddress asker = link_local_of(to);
    WireWriter icmp;
    icmp.u8(neighbour_advertisement).u8(0).u16(0).u32(0x60000000).ip(target);
    const std::uint16_t sum = icmp6_checksum(target, asker, icmp.bytes());
    icmp.bytes()[2] = static_cast<std::uint8_t>(sum >> 8);
    icmp.bytes()[3] = static_cast<std::uint8_t>(sum);
    WireWriter w;
    w.mac(to).mac(forger).u16(ip6_protocol).u32(6U << 28).u16(24).u8(58).u8(hop_limit);
    w.ip(target).ip(asker).put(icmp.bytes());
    return w.bytes();
}

} // namespace had::test

#define HAD_NET(name)                                                                                                 \
    HAD_TRY(had::test::fresh_network());                                                                              \
    had::test::Net name;                                                                                              \
    HAD_TRY(name.start())
