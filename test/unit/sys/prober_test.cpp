// Against the real kernel: ports of the test's own network, a switch and a gateway in another one.
#include "had/sys/prober.hpp"

#include "had/core/base/wire.hpp"
#include "had/core/monitor/frame.hpp"
#include "had/core/monitor/probe_mac.hpp"
#include "test/boost_test.hpp"
#include "test/unit/hex.hpp"
#include "test/unit/sys/far_host.hpp"

#include <arpa/inet.h>
#include <linux/capability.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstring>
#include <tuple>

using namespace had;
using namespace had::core;
using had::test::bytes_of;
using had::test::FarHost;
using had::test::shell;
using had::test::wait_for;

namespace {

const Mac probe0{{0x02, 0x11, 0x22, 0x33, 0x44, 0x50}}, probe1{{0x06, 0x11, 0x22, 0x33, 0x44, 0x51}};
IpAddress ip(std::string_view text) { return ip_address_from(text).value(); }
const IpAddress gateway = ip("10.0.1.254"), gateway6 = ip("2001:db8::fe");

Ifindex index_of(const char* name) { return static_cast<Ifindex>(::if_nametoindex(name)); }

// Hears the frames of one protocol; of none: sends alone.
sys::UniqueFd packets(const char* interface, std::uint16_t protocol) {
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

// Of the frame that is this without its tag; -1: it has none, or did not come.
int tag_of(const sys::UniqueFd& fd, const Bytes& frame) {
    Bytes room(2048);
    alignas(cmsghdr) char control[256];
    pollfd ready{fd.get(), POLLIN, 0};
    while (::poll(&ready, 1, 10000) == 1) {
        iovec data{room.data(), room.size()};
        msghdr message{};
        message.msg_iov = &data;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        const long size = ::recvmsg(fd.get(), &message, 0);
        if (size < static_cast<long>(frame.size()) || !std::equal(frame.begin(), frame.end(), room.begin())) continue;
        const cmsghdr* said = CMSG_FIRSTHDR(&message);
        if (said == nullptr || said->cmsg_type != PACKET_AUXDATA) return -1;
        tpacket_auxdata words{};
        std::memcpy(&words, CMSG_DATA(said), sizeof words);
        return (words.tp_status & TP_STATUS_VLAN_VALID) != 0 ? words.tp_vlan_tci : -1;
    }
    return -1;
}

// Two ports whose cables end in a switch that has the gateway's addresses.
struct Net {
    FarHost far;
    sys::Loop loop;
    std::vector<Answer> heard;
    std::function<void(const Answer&)> also;
    sys::Prober prober{loop, [this](const Answer& answer) {
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

Ear ear(const char* port, Transport transport, const Mac& address, std::vector<IpAddress> targets) {
    return {index_of(port), transport, address, std::move(targets)};
}
Question question(const Ear& ear, const IpAddress& target) {
    Question q;
    q.port = ear.port;
    q.transport = ear.transport;
    q.source = ear.address;
    q.target = target;
    q.sender = target.family == IpFamily::v4 ? ip("0.0.0.0") : link_local_of(ear.address);
    return q;
}

// Answers that the test makes come from here.
const Mac forger{{0x52, 0x54, 0, 0, 0, 9}};
Bytes arp_reply_of(const Mac& to, const IpAddress& from) {
    WireWriter w;
    w.mac(to).mac(forger).u16(arp_protocol).u16(1).u16(0x0800).u8(6).u8(4).u16(arp_reply);
    w.mac(forger).ip(from).mac(to).u32(0).pad_to(60);
    return w.bytes();
}
Bytes advertisement_of(const Mac& to, const IpAddress& target, std::uint8_t hop_limit = 255) {
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

std::size_t descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
}

bool promiscuous(const std::string& port) { return shell("ip -d link show " + port + " | grep 'promiscuity 1'"); }

// Whether packet sockets are allowed, in this process alone.
bool allow_packets(bool allowed) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2]{};
    if (::syscall(SYS_capget, &header, sets) != 0) return false;
    const auto bit = 1U << CAP_NET_RAW;
    sets[0].effective = allowed ? sets[0].effective | bit : sets[0].effective & ~bit;
    return ::syscall(SYS_capset, &header, sets) == 0;
}

} // namespace

#define HAD_NET(name)                                                                                                 \
    HAD_TRY(test::fresh_network());                                                                                   \
    Net name;                                                                                                         \
    HAD_TRY(name.start())

BOOST_AUTO_TEST_SUITE(prober)

BOOST_AUTO_TEST_CASE(a_gateway_answers_who_asks_everybody_or_itself_and_remembers_nobody) {
    HAD_NET(net);
    const Ear at = ear("had0", Transport::arp, probe0, {gateway});
    net.prober.listen({at});
    Question q = question(at, gateway);
    BOOST_REQUIRE(net.asks(q));
    const Answer first = net.heard.front();
    BOOST_TEST(first.port == at.port);
    BOOST_CHECK(first.transport == Transport::arp);
    BOOST_TEST(to_string(first.to) == to_string(probe0));
    BOOST_TEST(to_string(first.target) == "10.0.1.254");

    q.to = first.from;
    q.size = 1500;
    BOOST_TEST(net.asks(q));
    BOOST_TEST(to_string(net.heard.front().from) == to_string(first.from));
    BOOST_TEST(!net.far.shell("ip neigh show | grep -i " + to_string(probe0)));

    q = question(at, ip("10.0.1.77"));        // nobody has it
    BOOST_TEST(net.prober.ask(q) == 0);
    net.heard.clear();
    q = question(at, gateway);
    BOOST_TEST(net.asks(q));
    BOOST_TEST(net.heard.size() == 1);
}

BOOST_AUTO_TEST_CASE(an_advertisement_comes_to_the_port_that_asked_alone) {
    HAD_NET(net);
    const Ear at0 = ear("had0", Transport::nd, probe0, {gateway6});
    const Ear at1 = ear("had1", Transport::nd, probe1, {gateway6});
    net.prober.listen({at0, at1});
    Question q = question(at0, gateway6);
    for (int i = 0; i < 3; ++i) {
        BOOST_REQUIRE(net.asks(q));
        BOOST_TEST(net.heard.front().port == at0.port);
        BOOST_TEST(to_string(net.heard.front().to) == to_string(probe0));
        BOOST_TEST(to_string(net.heard.front().target) == "2001:db8::fe");
        q.to = net.heard.front().from;        // from now on by unicast
    }
    BOOST_REQUIRE(net.asks(question(at1, gateway6)));
    BOOST_TEST(net.heard.size() == 1);
    BOOST_TEST(net.heard.front().port == at1.port);
}

BOOST_AUTO_TEST_CASE(a_peer_frame_goes_from_port_to_port_through_the_switch) {
    HAD_NET(net);
    const Ear at0 = ear("had0", Transport::peer, probe0, {}), at1 = ear("had1", Transport::peer, probe1, {});
    net.prober.listen({at0, at1});
    Question q = question(at0, {});
    q.to = probe1;
    q.mark = {peer_group("machine", "bond0"), 0, 1, 7, 123456789, 2};
    for (const std::uint32_t size : {0U, 1500U}) {
        q.size = size;
        BOOST_REQUIRE(net.asks(q));
        const Answer& answer = net.heard.front();
        BOOST_TEST(net.heard.size() == 1);
        BOOST_TEST(answer.port == at1.port);
        BOOST_TEST(to_string(answer.from) == to_string(probe0));
        BOOST_CHECK(answer.mark == q.mark);
        BOOST_TEST(answer.size == std::max(46U, size));
    }
    q.size = 1501;
    BOOST_TEST(net.prober.ask(q) == EMSGSIZE);
}

// The kernel takes tags off before anybody hears a frame; the far end finds what it was in the packet's own words.
BOOST_AUTO_TEST_CASE(a_question_goes_out_into_its_vlan_and_an_answer_from_there_is_heard) {
    HAD_NET(net);
    const Ear at = ear("had0", Transport::arp, probe0, {gateway});
    net.prober.listen({at});
    const sys::UniqueFd far = net.far.within([] { return packets("p0", ETH_P_ALL); });
    const int on = 1;
    BOOST_REQUIRE(::setsockopt(far.get(), SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) == 0);
    Question q = question(at, gateway);
    const Bytes untagged = encode(q);
    q.vlan = 5;
    BOOST_TEST(net.prober.ask(q) == 0);
    BOOST_TEST(tag_of(far, untagged) == 5);

    Bytes answer = arp_reply_of(probe0, gateway);
    answer.insert(answer.begin() + 12, {0x81, 0, 0, 5});
    net.inject(answer);
    BOOST_REQUIRE(net.hears(1));
    BOOST_TEST(to_string(net.heard.front().target) == "10.0.1.254");
}

BOOST_AUTO_TEST_CASE(what_is_said_to_others_wakes_nobody) {
    HAD_NET(net);
    // Opened before the prober's sockets, so the kernel serves it after them.
    const Witness witness_of_arp("had0", ETH_P_ARP), witness_of_ip6("had0", ETH_P_IPV6),
        witness_of_peers("had0", peer_protocol);
    net.prober.listen({ear("had0", Transport::arp, probe0, {gateway}), ear("had0", Transport::nd, probe0, {gateway6}),
                       ear("had0", Transport::peer, probe0, {})});
    net.loop.poll();
    const auto woken_by = [&](const Witness& witness, const Bytes& frame) {
        net.inject(frame);
        BOOST_REQUIRE(witness.sees(frame));
        return net.loop.poll() > 0;
    };
    const Mac everybody{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    for (const Bytes& frame :
         {encode(question(ear("had1", Transport::arp, probe1, {}), gateway)), arp_reply_of(probe1, gateway),
          arp_reply_of(everybody, gateway), arp_reply_of(probe0, ip("10.0.1.253"))})
        BOOST_TEST(!woken_by(witness_of_arp, frame), test::hex(frame));
    for (const Bytes& frame : {encode(question(ear("had1", Transport::nd, probe1, {}), gateway6)),
                               advertisement_of(probe1, gateway6), advertisement_of(probe0, ip("2001:db8::fd"))})
        BOOST_TEST(!woken_by(witness_of_ip6, frame), test::hex(frame));
    Question to_another = question(ear("had1", Transport::peer, probe1, {}), {});
    to_another.to = probe1;
    to_another.mark.to = 1;
    BOOST_TEST(!woken_by(witness_of_peers, encode(to_another)));
    BOOST_TEST(!woken_by(witness_of_peers, bytes_of(test::hex(probe0.bytes) + "525400000009" "88b5" "0001" +
                                                    std::string(88, '0'))));       // another protocol of a laboratory
    BOOST_TEST(net.heard.empty());

    BOOST_TEST(woken_by(witness_of_arp, arp_reply_of(probe0, gateway)));
    BOOST_TEST(woken_by(witness_of_ip6, advertisement_of(probe0, gateway6)));
    to_another.to = probe0;
    BOOST_TEST(woken_by(witness_of_peers, encode(to_another)));
    BOOST_TEST(net.heard.size() == 3);
}

// They pass the filters, which compare four bytes of an address.
BOOST_AUTO_TEST_CASE(a_forged_answer_is_not_handed_on) {
    HAD_NET(net);
    const Ear at = ear("had0", Transport::arp, probe0, {gateway}), at6 = ear("had0", Transport::nd, probe0, {gateway6});
    net.prober.listen({at, at6});
    Mac alike = probe0;
    alike.bytes[1] ^= 0x40;
    net.inject(arp_reply_of(alike, gateway));
    net.inject(advertisement_of(alike, gateway6));
    net.inject(advertisement_of(probe0, ip("2001:db9::fe")));
    net.inject(advertisement_of(probe0, gateway6, 64));
    Bytes damaged = advertisement_of(probe0, gateway6);
    damaged[61] ^= 1;
    net.inject(damaged);
    // What comes behind them is heard, and alone.
    BOOST_TEST(net.prober.ask(question(at, gateway)) == 0);
    BOOST_TEST(net.prober.ask(question(at6, gateway6)) == 0);
    BOOST_REQUIRE(net.hears(2));
    BOOST_TEST(net.heard.size() == 2);
    for (const Answer& answer : net.heard) BOOST_TEST(to_string(answer.from) != to_string(forger));
}

BOOST_AUTO_TEST_CASE(several_addresses_and_targets_of_one_port_are_told_apart) {
    HAD_NET(net);
    const IpAddress other = ip("10.0.1.253");
    const Ear one = ear("had0", Transport::arp, probe0, {gateway, other});
    const Ear two = ear("had0", Transport::arp, probe1, {other});
    net.prober.listen({one, two});
    BOOST_TEST(net.asks(question(one, gateway)));
    BOOST_TEST(net.asks(question(one, other)));
    BOOST_TEST(to_string(net.heard.front().target) == "10.0.1.253");
    BOOST_TEST(net.asks(question(two, other)));
    BOOST_TEST(to_string(net.heard.front().to) == to_string(probe1));
    net.inject(arp_reply_of(probe1, gateway));          // it asks another one
    BOOST_TEST(net.asks(question(one, gateway)));
    BOOST_TEST(net.heard.size() == 1);
    BOOST_TEST(to_string(net.heard.front().to) == to_string(probe0));
}

BOOST_AUTO_TEST_CASE(what_has_come_in_stays_when_the_same_is_listened_to) {
    HAD_NET(net);
    const Ear at = ear("had0", Transport::arp, probe0, {gateway});
    const Ear more = ear("had1", Transport::arp, probe1, {gateway});
    const Witness witness("had0", ETH_P_ARP);
    net.prober.listen({at});
    net.loop.poll();
    net.inject(arp_reply_of(probe0, gateway));
    BOOST_REQUIRE(witness.sees(arp_reply_of(probe0, gateway)));
    net.prober.listen({at, more});
    net.loop.poll();
    BOOST_TEST(net.heard.size() == 1);
    // Another target is no other socket.
    net.inject(arp_reply_of(probe0, gateway));
    BOOST_REQUIRE(witness.sees(arp_reply_of(probe0, gateway)));
    net.prober.listen({ear("had0", Transport::arp, probe0, {gateway, ip("10.0.1.253")})});
    net.loop.poll();
    BOOST_TEST(net.heard.size() == 2);
    BOOST_TEST(net.prober.ask(question(more, gateway)) == ENOTCONN);
}

// A card without a filter of addresses becomes promiscuous; a veth is one.
BOOST_AUTO_TEST_CASE(only_an_address_that_is_not_the_ports_own_is_asked_of_its_filter) {
    HAD_NET(net);
    HAD_TRY(shell("ip link set had0 address " + to_string(probe0)));
    const Ear own = ear("had0", Transport::arp, probe0, {gateway});
    const Ear other = ear("had0", Transport::arp, probe1, {gateway});
    net.prober.listen({own});
    BOOST_TEST(!promiscuous("had0"));
    BOOST_TEST(net.asks(question(own, gateway)));
    net.prober.listen({own, other});
    BOOST_TEST(promiscuous("had0"));
    net.prober.listen({own});
    BOOST_TEST(!promiscuous("had0"));

    HAD_TRY(shell("ip link set had0 address 52:54:00:00:00:77"));       // as a bond does it
    net.prober.listen({own});
    BOOST_TEST(promiscuous("had0"));
    BOOST_TEST(net.asks(question(own, gateway)));
    net.prober.listen({});
    BOOST_TEST(wait_for(net.loop, [] { return !promiscuous("had0"); }));
}

BOOST_AUTO_TEST_CASE(a_host_answers_an_echo) {
    HAD_NET(net);
    HAD_TRY(shell("ip addr add 10.0.1.1/24 dev had0 && ip addr add 2001:db8::1/64 dev had0 nodad"));
    const Ear at = ear("had0", Transport::echo, {}, {gateway, gateway6});
    const Ear here = ear("lo", Transport::echo, {}, {ip("127.0.0.1"), ip("::1")});
    net.prober.listen({at, here});
    Question q = question(at, gateway);
    for (const auto& [where, target, size, least] :
         {std::tuple{at, gateway, 0U, 40U}, {at, gateway, 1500U, 1500U}, {at, gateway6, 0U, 60U},
          {at, gateway6, 1500U, 1500U}, {here, ip("127.0.0.1"), 0U, 40U}, {here, ip("::1"), 3000U, 3000U}}) {
        q = question(where, target);
        q.size = size;
        ++q.sequence;
        BOOST_REQUIRE(net.asks(q));
        const Answer& answer = net.heard.front();
        BOOST_TEST(net.heard.size() == 1);
        BOOST_TEST(answer.port == where.port);
        BOOST_TEST(to_string(answer.target) == to_string(target));
        BOOST_TEST(answer.sequence == q.sequence);
        BOOST_TEST(answer.size == least);
    }
    q = question(at, gateway);
    q.size = 1501;                            // in one piece or not at all
    BOOST_TEST(net.prober.ask(q) == EMSGSIZE);
    q.target = gateway6;
    BOOST_TEST(net.prober.ask(q) == EMSGSIZE);
}

BOOST_AUTO_TEST_CASE(replies_of_other_hosts_and_to_other_programs_do_not_count) {
    HAD_NET(net);
    HAD_TRY(shell("ip addr add 10.0.1.1/24 dev had0"));
    const Ear at = ear("had0", Transport::echo, {}, {gateway});
    std::vector<Answer> others;
    sys::Prober second(net.loop, [&](const Answer& answer) { others.push_back(answer); });
    net.prober.listen({at});
    second.listen({at});
    BOOST_TEST(net.prober.ask(question(at, ip("10.0.1.253"))) == 0);
    BOOST_TEST(net.asks(question(at, gateway)));
    BOOST_TEST(net.heard.size() == 1);
    BOOST_TEST(others.empty());
    BOOST_TEST(second.ask(question(at, gateway)) == 0);
    BOOST_TEST(wait_for(net.loop, [&] { return !others.empty(); }));
    BOOST_TEST(net.heard.size() == 1);
}

BOOST_AUTO_TEST_CASE(a_port_that_was_down_is_asked_again_when_it_is_up) {
    HAD_NET(net);
    const Ear at = ear("had0", Transport::arp, probe0, {gateway}), at6 = ear("had0", Transport::nd, probe0, {gateway6}),
              peer = ear("had0", Transport::peer, probe0, {});
    const std::vector<Ear> all{at, at6, peer};
    net.prober.listen(all);
    BOOST_TEST(net.asks(question(at, gateway)));
    BOOST_REQUIRE(shell("ip link set had0 down"));
    BOOST_TEST(net.prober.ask(question(at, gateway)) == ENETDOWN);
    net.loop.poll();
    BOOST_TEST(net.prober.ask(question(at6, gateway6)) == ENETDOWN);
    net.prober.listen(all);                   // it may be said while the port is down
    BOOST_TEST(net.prober.ask(question(at, gateway)) == ENETDOWN);
    net.loop.poll();                          // of the sockets before
    BOOST_TEST(net.loop.poll() == 0);         // and nothing is to be done for it
    BOOST_REQUIRE(shell("ip link set had0 up"));
    BOOST_TEST(net.is_answered_in_the_end(question(at, gateway)));
    BOOST_TEST(net.asks(question(at6, gateway6)));

    BOOST_REQUIRE(shell("ip link set had0 down && ip link set had0 up"));       // nobody has looked meanwhile
    BOOST_TEST(net.prober.ask(question(at, gateway)) == 0);
    BOOST_TEST(net.is_answered_in_the_end(question(at, gateway)));
    net.prober.listen(all);
    BOOST_TEST(net.asks(question(at, gateway)));
    BOOST_TEST(net.asks(question(at6, gateway6)));
}

BOOST_AUTO_TEST_CASE(a_port_that_has_gone_is_told_of_in_the_kernels_number) {
    HAD_NET(net);
    const Ear at = ear("had0", Transport::arp, probe0, {gateway}), echo = ear("had0", Transport::echo, {}, {gateway}),
              other = ear("had1", Transport::arp, probe1, {gateway});
    net.prober.listen({at, echo, other});
    BOOST_TEST(net.asks(question(other, gateway)));
    BOOST_REQUIRE(shell("ip link del had0"));
    BOOST_TEST(net.prober.ask(question(at, gateway)) == ENXIO);
    net.loop.poll();
    net.prober.listen({at, echo, other});
    BOOST_TEST(net.prober.ask(question(at, gateway)) == ENODEV);
    BOOST_TEST(net.prober.ask(question(echo, gateway)) == ENODEV);
    net.loop.poll();
    BOOST_TEST(net.loop.poll() == 0);
    BOOST_TEST(net.asks(question(other, gateway)));
    net.prober.listen({other});
    BOOST_TEST(net.prober.ask(question(at, gateway)) == ENOTCONN);
    BOOST_TEST(net.asks(question(other, gateway)));
}

BOOST_AUTO_TEST_CASE(what_is_not_permitted_is_told_and_tried_again) {
    HAD_NET(net);
    const Ear at = ear("had0", Transport::arp, probe0, {gateway});
    const Ear echo = ear("lo", Transport::echo, {}, {ip("127.0.0.1")});
    HAD_TRY(allow_packets(false));
    net.prober.listen({at, echo});
    const int packet = net.prober.ask(question(at, gateway)), raw = net.prober.ask(question(echo, ip("127.0.0.1")));
    HAD_TRY(allow_packets(true));
    BOOST_TEST(packet == EPERM);
    BOOST_TEST(raw == EPERM);
    net.prober.listen({at, echo});
    BOOST_TEST(net.asks(question(at, gateway)));
    BOOST_TEST(net.asks(question(echo, ip("127.0.0.1"))));
}

BOOST_AUTO_TEST_CASE(a_question_of_the_wrong_family_is_refused) {
    HAD_NET(net);
    const Ear at = ear("had0", Transport::arp, probe0, {gateway}), at6 = ear("had0", Transport::nd, probe0, {gateway6});
    net.prober.listen({at, at6});
    BOOST_TEST(net.prober.ask(question(at, gateway6)) == EAFNOSUPPORT);
    BOOST_TEST(net.prober.ask(question(at6, gateway)) == EAFNOSUPPORT);
}

BOOST_AUTO_TEST_CASE(listening_a_thousand_times_leaves_no_descriptor_behind) {
    HAD_NET(net);
    const Ear gone{9999, Transport::arp, probe0, {gateway}};
    const std::vector<std::vector<Ear>> all{
        {ear("had0", Transport::arp, probe0, {gateway}), ear("lo", Transport::echo, {}, {ip("127.0.0.1"), ip("::1")})},
        {ear("had0", Transport::arp, probe1, {gateway}), ear("lo", Transport::echo, {}, {ip("127.0.0.1")})},
        {ear("had0", Transport::arp, probe0, {gateway, ip("10.0.1.253")})}};
    const std::size_t before = descriptors();
    for (std::size_t i = 0; i < 1000; ++i) {
        net.prober.listen(all[i % all.size()]);
        if (i % 100 == 0) net.prober.listen({gone, ear("had1", Transport::peer, probe1, {})});
    }
    net.prober.listen({});
    BOOST_TEST(wait_for(net.loop, [&] { return descriptors() == before; }));
    BOOST_TEST(!promiscuous("had0"));
    BOOST_TEST(!promiscuous("had1"));
    net.prober.listen({all[0]});
    BOOST_TEST(descriptors() == before + 3);
    BOOST_TEST(net.asks(question(all[0][0], gateway)));
}

// The kernel lets who closes a packet socket wait until nobody reads it any more.
BOOST_AUTO_TEST_CASE(sockets_are_closed_one_by_one_beside_other_work) {
    HAD_NET(net);
    std::vector<Ear> many;
    for (const char* port : {"had0", "had1", "lo"})
        for (const Transport transport : {Transport::arp, Transport::nd, Transport::peer})
            many.push_back(ear(port, transport, probe0, {}));
    const std::size_t before = descriptors();
    net.prober.listen(many);
    BOOST_TEST(descriptors() == before + many.size());
    net.prober.listen({});
    BOOST_TEST(net.prober.ask(question(many.front(), gateway)) == ENOTCONN);
    BOOST_TEST(descriptors() == before + many.size());
    std::size_t closed_at_once = 0;
    for (std::size_t left = many.size(); left > 0;) {
        net.loop.poll();
        const std::size_t now = descriptors() - before;
        closed_at_once = std::max(closed_at_once, left - now);
        left = now;
    }
    BOOST_TEST(closed_at_once == 1);
}

BOOST_AUTO_TEST_CASE(a_flood_of_answers_leaves_the_loop_to_others) {
    HAD_NET(net);
    const Ear at = ear("had0", Transport::arp, probe0, {gateway});
    net.prober.listen({at});
    std::size_t heard_before_others = 0;
    net.also = [&](const Answer&) {
        if (net.heard.size() == 1) net.loop.post([&] { heard_before_others = net.heard.size(); });
    };
    net.inject(arp_reply_of(probe0, gateway), 2000);         // more than a queue holds
    BOOST_TEST(wait_for(net.loop, [&] { return net.heard.size() > 128; }));
    BOOST_TEST(heard_before_others > 0);
    BOOST_TEST(heard_before_others <= 64);
    const auto quiet = [&] {
        const std::size_t so_far = net.heard.size();
        net.loop.poll();
        return net.heard.size() == so_far;
    };
    BOOST_TEST(wait_for(net.loop, quiet));
    BOOST_TEST(net.asks(question(at, gateway)));
}

BOOST_AUTO_TEST_CASE(who_hears_an_answer_may_end_the_listening) {
    HAD_NET(net);
    const Ear at = ear("had0", Transport::arp, probe0, {gateway});
    net.prober.listen({at});
    net.also = [&](const Answer&) { net.prober.listen({}); };
    BOOST_TEST(net.asks(question(at, gateway)));
    BOOST_TEST(net.prober.ask(question(at, gateway)) == ENOTCONN);
    net.also = {};
    net.prober.listen({at});
    BOOST_TEST(net.asks(question(at, gateway)));
}

BOOST_AUTO_TEST_SUITE_END()
