// Against the real kernel: how sockets are opened, kept and closed.
#include "had/sys/prober.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/prober_net.hpp"

#include <linux/capability.h>
#include <sys/syscall.h>

#include <algorithm>
#include <filesystem>

using namespace had;
using namespace had::core;
using namespace had::test;

namespace {

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

BOOST_AUTO_TEST_SUITE(prober)

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
