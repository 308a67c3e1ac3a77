// Against the real kernel: what is asked and heard.
#include "had/sys/prober.hpp"

#include "test/boost_test.hpp"
#include "test/unit/hex.hpp"
#include "had/sys/socket_address.hpp"
#include "test/unit/sys/own_sysfs.hpp"
#include "test/unit/sys/prober_net.hpp"
#include "test/unit/sys/support.hpp"

#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <tuple>

using namespace had;
using namespace had::core;
using namespace had::test;

namespace {

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

} // namespace

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

BOOST_AUTO_TEST_CASE(what_another_program_says_in_a_file_is_a_word_or_nothing) {
    HAD_NET(net);
    const TempDir dir;
    const std::string path = dir.path() / "word";
    const auto says = [&](std::string_view text) {
        std::ofstream(path) << text;
        return net.prober.says_failed(path);
    };
    BOOST_TEST(!net.prober.says_failed(path));
    BOOST_TEST((says("0\n") == std::optional(false)));
    BOOST_TEST((says("1") == std::optional(true)));
    for (const std::string_view wrong : {"", "2\n", "1 \n", "yes"}) BOOST_TEST(!says(wrong), wrong);
    std::filesystem::remove(path);
    BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    BOOST_TEST(!net.prober.says_failed(path));
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
    q.mark = {peer_group("machine", "bond0", "mates"), 0, 1, 7, 123456789, 2};
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

BOOST_AUTO_TEST_CASE(a_host_answers_an_echo) {
    HAD_NET(net);
    HAD_TRY(shell("ip addr add 10.0.1.1/24 dev had0 && ip addr add 2001:db8::1/64 dev had0 nodad"));
    const Ear at = ear("had0", Transport::echo, {}, {gateway, gateway6});
    const Ear here = ear("lo", Transport::echo, {}, {ip("127.0.0.1"), ip("::1")});
    net.prober.listen({at, here});
    Question q = question(at, gateway);
    for (const auto& [where, target, size, least] :
         {std::tuple{at, gateway, 0U, 48U}, {at, gateway, 1500U, 1500U}, {at, gateway6, 0U, 68U},
          {at, gateway6, 1500U, 1500U}, {here, ip("127.0.0.1"), 0U, 48U}, {here, ip("::1"), 3000U, 3000U}}) {
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

BOOST_AUTO_TEST_CASE(a_host_where_nobody_listens_at_the_port_answers_a_datagram_by_saying_so) {
    HAD_NET(net);
    HAD_TRY(shell("ip addr add 10.0.1.1/24 dev had0 && ip addr add 2001:db8::1/64 dev had0 nodad"));
    Ear at = ear("had0", Transport::udp, {}, {gateway, gateway6});
    at.service = 4711;
    net.prober.listen({at});
    for (const IpAddress& target : {gateway, gateway6, gateway, gateway6}) {
        Question q = question(at, target);
        q.service = 4711;
        q.datagram = "had";
        BOOST_REQUIRE(net.asks(q));
        BOOST_TEST(net.heard.size() == 1);
        BOOST_TEST(to_string(net.heard.front().target) == to_string(target));
        BOOST_TEST(net.heard.front().service == 4711);
    }
}

BOOST_AUTO_TEST_CASE(a_service_answers_a_datagram_with_whatever_it_likes) {
    HAD_NET(net);
    HAD_TRY(shell("ip addr add 10.0.1.1/24 dev had0"));
    const sys::UniqueFd service = net.far.within([] {
        sys::UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        const sys::SocketAddress any({IpFamily::v4, {}}, 4711, 0);
        BOOST_REQUIRE(::bind(fd.get(), any.get(), any.size()) == 0);
        return fd;
    });
    const sys::Watch serves = net.loop.on_readable(service.get(), [&] {
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        char room[64];
        const long length = ::recvfrom(service.get(), room, sizeof room, 0, reinterpret_cast<sockaddr*>(&from), &size);
        BOOST_TEST(std::string(room, static_cast<std::size_t>(length)) == "had");
        BOOST_TEST(::sendto(service.get(), "yes", 3, 0, reinterpret_cast<sockaddr*>(&from), size) == 3);
    });
    Ear at = ear("had0", Transport::udp, {}, {gateway});
    at.service = 4711;
    net.prober.listen({at});
    Question q = question(at, gateway);
    q.service = 4711;
    q.datagram = "had";
    BOOST_TEST(net.asks(q));
    BOOST_TEST(net.heard.front().size == 3U);
}

BOOST_AUTO_TEST_CASE(what_a_switch_says_of_itself_is_heard_and_is_no_answer) {
    HAD_NET(net);
    HAD_TRY(own_sysfs());
    net.prober.listen({ear("had0", Transport::lldp, lldp_address, {})});
    WireWriter w;
    w.mac(lldp_address).mac(forger).u16(lldp_protocol);
    w.u16(1 << 9 | 7).u8(4).mac(forger).u16(2 << 9 | 3).u8(5).u8('p').u8('7').u16(3 << 9 | 2).u16(120).u16(0);
    const auto before = net.prober.received(index_of("had0"));
    net.inject(w.pad_to(60).bytes());
    BOOST_TEST(net.hears(1));
    BOOST_TEST(net.heard.front().lldp.system == "52:54:00:00:00:09");
    BOOST_TEST(net.heard.front().lldp.port == "p7");
    BOOST_TEST(net.heard.front().port == index_of("had0"));
    BOOST_TEST(wait_for(net.loop, [&] { return net.prober.received(index_of("had0")).value() > before.value(); }),
               "it is somebody else's frame");
}

BOOST_AUTO_TEST_CASE(a_firewall_that_refuses_in_the_name_of_a_host_is_no_answer_of_it) {
    HAD_NET(net);
    // The far end is a router that knows no way: it answers, and it is not who was asked.
    HAD_TRY(shell("ip addr add 10.0.1.1/24 dev had0 && ip route add 10.9.0.0/16 via 10.0.1.254"));
    HAD_TRY(net.far.shell("sysctl -qw net.ipv4.ip_forward=1 && ip route add unreachable 10.9.0.0/16"));
    Ear at = ear("had0", Transport::udp, {}, {ip("10.9.0.1"), gateway});
    at.service = 4711;
    net.prober.listen({at});
    Question q = question(at, ip("10.9.0.1"));
    q.service = 4711;
    q.datagram = "had";
    BOOST_TEST(net.prober.ask(q) == 0);
    q.target = gateway;
    BOOST_TEST(net.asks(q));                  // behind it
    BOOST_TEST(net.heard.size() == 1);
    BOOST_TEST(to_string(net.heard.front().target) == to_string(gateway));
}

BOOST_AUTO_TEST_SUITE_END()
