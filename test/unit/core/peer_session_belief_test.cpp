// What a session does not believe: packets of another time, of another life, and of another LAN.
#include "test/boost_test.hpp"
#include "test/unit/core/peer_wire.hpp"

#include <algorithm>
#include <utility>
#include <vector>

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(peer_session)

BOOST_AUTO_TEST_CASE(packets_of_this_life_are_believed_once) {
    Between net;
    net.wait([&] { return net.all_good(); });
    net.run(1s);
    const auto recorded = net.recorded;
    for (const Between::Packet& packet : recorded) {
        const auto heard = net.replay(packet);
        BOOST_TEST(heard.refused.has_value());
    }
    net.cut(0);
    net.wait([&] { return net.used(0) == 1; });
    for (const Between::Packet& packet : recorded)
        if (packet.to == 0) net.replay(packet);
    net.run(2s);
    BOOST_TEST(net.both_use(1));              // nothing of it has brought the LAN back
    BOOST_TEST((net.sides[0]->finding(0).state == LanState::lost));
}

BOOST_AUTO_TEST_CASE(packets_of_an_earlier_life_of_either_side_are_not_believed) {
    for (const int again : {0, 1}) {
        Between net;
        net.wait([&] { return net.all_good(); });
        net.run(2s);
        const auto recorded = net.recorded;
        net.end(again);
        net.start(again);
        net.wait([&] { return net.all_good(); });
        net.run(500ms);
        for (const Between::Packet& packet : recorded) BOOST_TEST(net.replay(packet).refused.has_value());
        BOOST_TEST(net.all_good());
        net.run(1s);
        BOOST_TEST(net.all_good());
        BOOST_TEST(net.moves == 0U);
    }
}

// Before the other side has come back, too, which only what is old can pretend.
BOOST_AUTO_TEST_CASE(nobody_is_alive_by_what_was_recorded_before_this_life) {
    Between net;
    net.wait([&] { return net.all_good(); });
    net.run(1s);
    const auto recorded = net.recorded;
    net.end(0);
    net.end(1);
    net.start(0);
    for (const Between::Packet& packet : recorded)
        if (packet.to == 0) {
            net.replay(packet);
            net.run(2ms);
        }
    net.run(1s);
    BOOST_TEST((net.sides[0]->finding(0).state == LanState::lost));
    BOOST_TEST((net.sides[0]->finding(1).state == LanState::lost));
}

BOOST_AUTO_TEST_CASE(a_flood_of_old_inquiries_is_answered_no_more_often_than_their_sender_asks) {
    Between net;
    net.wait([&] { return net.all_good(); });
    const auto old = std::find_if(net.recorded.begin(), net.recorded.end(), [](const Between::Packet& packet) {
        return packet.to == 0 && packet.packet.word == PeerWord::inquiry && packet.lan == 0;
    });
    BOOST_REQUIRE(old != net.recorded.end());
    const Between::Packet packet = *old;
    net.end(0);
    net.start(0);
    net.wait([&] { return net.all_good(); });
    std::size_t answers = 0;
    for (int i = 0; i < 100'000; ++i) {
        net.now += 10us;                      // a second in all
        answers += net.sides[0]->hear(0, packet.packet, net.now).sends.size();
    }
    BOOST_TEST(answers <= 23U);               // the interval is 100 ms: twice as many, and what may come at once
    BOOST_TEST(answers >= 1U);
}

BOOST_AUTO_TEST_CASE(a_packet_of_another_lan_of_the_list_is_refused) {
    Between net;
    net.wait([&] { return net.all_good(); });
    PeerPacket packet = net.recorded.back().packet;
    packet.lan = 1;
    packet.sequence += 1000;
    BOOST_TEST((net.sides[net.recorded.back().to]->hear(0, packet, net.now).refused == PeerRefusal::misnumbered));
}

// What comes in on another LAN than it was sent on tells that both are one; a record of it tells nothing.
BOOST_AUTO_TEST_CASE(only_what_has_just_been_sent_tells_that_two_lans_are_one) {
    Between net;
    net.wait([&] { return net.all_good(); });
    const auto strays = [&](auto is) {
        unsigned count = 0;
        for (const Between::Packet& packet : std::exchange(net.recorded, {}))
            if (packet.to == 0 && is(packet) && net.sides[0]->has_strayed(packet.packet)) ++count;
        return count;
    };
    const auto any = [](const Between::Packet&) { return true; };
    net.run(1s);
    BOOST_TEST(strays(any) == 0U);            // each has come in on its own LAN before
    net.cut(0, 0);                            // what is sent to us on the first LAN ends up on the second
    net.recorded.clear();
    net.run(100ms);
    const std::vector<Between::Packet> sent = net.recorded;
    BOOST_TEST(strays([](const Between::Packet& packet) { return packet.lan == 0; }) > 0U);
    net.recorded = sent;
    BOOST_TEST(strays(any) == 0U);            // once
    net.records = false;
    net.start(0);
    net.heal(0);
    net.wait([&] { return net.all_good(); });
    net.recorded = sent;
    BOOST_TEST(strays(any) == 0U);            // nor of an earlier life
    PeerPacket far;
    far.lan = 7;
    BOOST_TEST(!net.sides[0]->has_strayed(far));
}

BOOST_AUTO_TEST_SUITE_END()
