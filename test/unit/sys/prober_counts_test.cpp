// Against the real kernel: what is counted of a port, and what is not to fill its queue.
#include "had/sys/prober.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/own_sysfs.hpp"
#include "test/unit/sys/prober_net.hpp"
#include "test/unit/sys/support.hpp"

#include <filesystem>

using namespace had;
using namespace had::core;
using namespace had::test;

BOOST_AUTO_TEST_SUITE(prober_counts)

BOOST_AUTO_TEST_CASE(what_a_port_receives_is_counted_and_its_answers_are_not) {
    HAD_NET(net);
    HAD_TRY(own_sysfs());
    const Ear at = ear("had0", Transport::arp, probe0, {gateway});
    net.prober.listen({at});
    BOOST_REQUIRE(net.asks(question(at, gateway)));
    const std::uint64_t before = net.prober.received(at.port).value();
    net.inject(arp_reply_of(forger, gateway), 5);
    BOOST_TEST(wait_for(net.loop, [&] { return net.prober.received(at.port).value() >= before + 5; }));
    BOOST_TEST(!net.prober.received(4711));
}

BOOST_AUTO_TEST_CASE(why_a_counter_cannot_be_read_is_told_once) {
    HAD_TRY(fresh_network());
    const TempDir dir;
    dir.write("lo/ifindex", "1\n");
    std::filesystem::create_directories(dir.path() / "lo/statistics/rx_packets");
    sys::Loop loop;
    std::vector<std::string> told;
    sys::Prober prober(loop, [](const Answer&) {}, [&](const std::string& text) { told.push_back(text); },
                       sys::LinkCounter(dir.path()));
    for (int i = 0; i < 3; ++i) BOOST_TEST(!prober.received(1));
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told.front() == "lo: cannot read a counter: Is a directory: monitors do not know what it receives, and "
                               "judge nothing by it");
}

BOOST_AUTO_TEST_CASE(frames_that_answer_nothing_are_counted_and_handed_on_as_a_number) {
    HAD_NET(net);
    Ear at = ear("had0", Transport::arp, probe0, {gateway}), mates = ear("had0", Transport::peer, probe0, {});
    at.beside = mates.beside = {probe1};
    net.prober.listen({at, mates});
    net.inject(arp_reply_of(probe1, gateway), 3);             // for the other port: the switch floods
    Bytes torn = arp_reply_of(probe0, gateway);
    torn[37] ^= 1;                                            // that asker is nobody
    net.inject(torn, 2);
    Question q{.port = at.port, .transport = Transport::peer, .source = forger};
    q.to = probe0;
    q.mark = {.group = 1, .from = 1, .to = 1};                // from and to one port
    net.inject(encode(q), 4);
    BOOST_TEST(wait_for(net.loop, [&] { return net.strays[Transport::arp] == 5 && net.strays[Transport::peer] == 4; }));
    net.inject(arp_reply_of(forger, gateway), 10);            // other hosts' affairs wake nobody
    net.inject(arp_reply_of(probe0, gateway));
    BOOST_TEST(net.hears(1));
    BOOST_TEST(net.heard.size() == 1U);
    BOOST_TEST(net.strays[Transport::arp] == 5U);
}

BOOST_AUTO_TEST_CASE(frames_of_others_that_would_fill_the_queue_are_shut_out_for_a_while) {
    HAD_NET(net);
    Ear at = ear("had0", Transport::arp, probe0, {gateway});
    at.beside = {probe1};
    net.prober.listen({at});
    const auto inject_and_hear = [&](int others) {
        net.heard.clear();
        net.inject(arp_reply_of(probe1, gateway), others);
        net.inject(arp_reply_of(probe0, gateway));
        BOOST_TEST(net.hears(1));
    };
    inject_and_hear(20);
    BOOST_TEST(net.strays[Transport::arp] == 20U);
    inject_and_hear(100);
    const std::uint32_t before = net.strays[Transport::arp];
    BOOST_TEST(before >= 20U + 64U);
    inject_and_hear(10000);                   // more than a queue has room for
    BOOST_TEST(net.strays[Transport::arp] == before);
    BOOST_TEST(wait_for(net.loop, [&] {
        net.inject(arp_reply_of(probe1, gateway));
        return net.strays[Transport::arp] > before;
    }));
}

BOOST_AUTO_TEST_SUITE_END()
