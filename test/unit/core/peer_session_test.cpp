// Which LAN both sides of a session use, and how soon, whatever dies, comes back, or is started again.
#include "test/boost_test.hpp"
#include "test/unit/core/peer_wire.hpp"

#include <random>

using namespace had::core;
using namespace had::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(peer_session)

BOOST_AUTO_TEST_CASE(two_that_start_know_both_lans_within_the_time_that_a_return_takes) {
    Between net;
    BOOST_TEST((net.wait([&] { return net.all_good(); }) <= 1200ms));
    BOOST_TEST(net.both_use(0));
    BOOST_TEST(net.moves == 0U);
}

BOOST_AUTO_TEST_CASE(a_lan_that_dies_silently_is_left_by_both_within_fall_intervals_and_a_quarter) {
    for (const PeerRole role : {PeerRole::both, PeerRole::responder}) {
        Between net(two_lans(), two_lans(role));
        net.wait([&] { return net.all_good(); });
        net.run(37ms);
        net.cut(0);
        const Duration took = net.wait([&] { return net.both_use(1); });
        BOOST_TEST((took >= 200ms && took <= 325ms + 2 * wire), took.count() << " us");
        // Healed, both go back after `rise`, and at the same moment but for the way between them.
        net.heal(0);
        const Duration back = net.wait([&] { return net.used(0) == 0 || net.used(1) == 0; });
        BOOST_TEST((back >= 900ms && back <= 1300ms), back.count() << " us");
        BOOST_TEST((net.wait([&] { return net.both_use(0); }) <= 101ms));
        BOOST_TEST(net.moves == 4U);
    }
}

BOOST_AUTO_TEST_CASE(one_dead_direction_is_enough_and_both_leave_within_one_way_of_each_other) {
    for (const int deaf : {0, 1})
        for (const PeerRole role : {PeerRole::both, PeerRole::responder}) {
            Between net(two_lans(), two_lans(role));
            net.wait([&] { return net.all_good(); });
            net.cut(0, deaf);
            const Duration first = net.wait([&] { return net.used(0) == 1 || net.used(1) == 1; });
            BOOST_TEST((first <= 325ms + wire), first.count() << " us, deaf: " << deaf);
            BOOST_TEST((net.wait([&] { return net.both_use(1); }) <= 2 * wire));
        }
}

BOOST_AUTO_TEST_CASE(a_link_that_is_lost_is_left_at_once_and_the_other_end_is_told) {
    Between net;
    net.wait([&] { return net.all_good(); });
    net.set_link(0, 0, false);
    BOOST_TEST(net.used(0) == 1U);
    BOOST_TEST((net.wait([&] { return net.both_use(1); }) <= 2 * wire));
}

BOOST_AUTO_TEST_CASE(where_no_lan_serves_nothing_is_moved) {
    Between net;
    net.wait([&] { return net.all_good(); });
    net.end(1);                               // or its host is dead
    net.run(5s);
    BOOST_TEST(net.used(0) == 0U);
    BOOST_TEST((net.sides[0]->finding(0).state == LanState::lost && net.sides[0]->finding(1).state == LanState::lost));
    BOOST_TEST(net.moves == 0U);
    net.start(1);
    BOOST_TEST((net.wait([&] { return net.all_good(); }) <= 1500ms));
    BOOST_TEST(net.both_use(0));
}

BOOST_AUTO_TEST_CASE(a_daemon_that_is_started_again_within_fall_intervals_is_not_missed) {
    Between net;
    net.wait([&] { return net.all_good(); });
    net.end(1);
    net.run(150ms);
    net.start(1);
    net.run(3s);
    BOOST_TEST(net.all_good());
    BOOST_TEST(net.moves == 0U);
}

BOOST_AUTO_TEST_CASE(one_that_is_started_again_goes_on_with_the_lan_that_its_routes_lead_by) {
    PeerConfig stays = two_lans();
    stays.failback = {FailbackKind::never, {}};
    Between net(stays, stays);
    net.wait([&] { return net.all_good(); });
    net.cut(0);
    net.wait([&] { return net.both_use(1); });
    net.heal(0);
    net.end(0);
    net.start(0, 1);
    net.run(10s);
    BOOST_TEST(net.both_use(1));
    net.cut(1);
    BOOST_TEST((net.wait([&] { return net.both_use(0); }) <= 330ms));
}

BOOST_AUTO_TEST_CASE(failback_after_a_time_waits_until_the_better_lan_has_served_for_so_long) {
    PeerConfig waits = two_lans();
    waits.failback = {FailbackKind::after, 5s};
    Between net(waits, waits);
    net.wait([&] { return net.all_good(); });
    net.cut(0);
    net.wait([&] { return net.both_use(1); });
    net.heal(0);
    net.run(4s);
    net.cut(0);                               // it has to begin anew
    net.run(1s);
    net.heal(0);
    const Duration back = net.wait([&] { return net.both_use(0); }, 20s);
    BOOST_TEST((back >= 6500ms && back <= 7500ms), back.count() << " us");
}

BOOST_AUTO_TEST_CASE(a_lan_that_comes_and_goes_has_to_earn_its_return_twice_as_long_each_time) {
    Between net;
    net.wait([&] { return net.all_good(); });
    Duration last = 500ms;
    for (int loss = 0; loss < 3; ++loss) {
        net.cut(0);
        net.wait([&] { return net.both_use(1); });
        net.heal(0);
        const Duration back = net.wait([&] { return net.both_use(0); }, 60s);
        BOOST_TEST((back > last * 3 / 2), back.count() << " us after the loss before took " << last.count());
        last = back;
    }
}

// A second in which the processor served others: packets are still to be read, and nobody is late but the daemon.
BOOST_AUTO_TEST_CASE(a_daemon_that_was_late_itself_calls_nobody_lost) {
    Between net;
    net.wait([&] { return net.all_good(); });
    net.now += 1s;
    net.sides[0]->step(net.now);
    net.sides[1]->step(net.now);
    BOOST_TEST(net.all_good());
    net.run(2s);
    BOOST_TEST(net.moves == 0U);
}

BOOST_AUTO_TEST_CASE(a_session_that_has_used_up_its_sequence_is_followed_by_another_and_nobody_is_lost) {
    Between net;
    net.wait([&] { return net.all_good(); });
    net.records = false;
    for (int hour = 0; hour < 3; ++hour) {
        net.run(1h);
        BOOST_TEST(net.all_good());
    }
    BOOST_TEST(net.moves == 0U);
    net.records = true;
    net.recorded.clear();
    net.run(1s);
    for (const Between::Packet& packet : net.recorded)            // 1001 and 1002 were those of the start
        BOOST_TEST(packet.packet.session == (packet.to == 0 ? 1003U : 1002U));
}

BOOST_AUTO_TEST_CASE(an_end_in_order_is_told_and_moves_nothing) {
    Between net;
    net.wait([&] { return net.all_good(); });
    for (const PeerSend& last : net.sides[1]->leave(net.now)) net.sides[0]->hear(last.lan, last.packet, net.now);
    BOOST_TEST(net.sides[0]->left());
    net.end(1);
    net.run(2s);
    BOOST_TEST(net.used(0) == 0U);
    net.start(1);
    net.wait([&] { return net.all_good(); });
    BOOST_TEST(!net.sides[0]->left());
}

// Whatever is lost on the way, and however the LANs come and go: when all is well again, all is as it was.
BOOST_AUTO_TEST_CASE(any_life_comes_to_rest_on_the_first_lan) {
    std::mt19937 random(7);
    for (int life = 0; life < 30; ++life) {
        Between net(two_lans(), two_lans(life % 2 == 0 ? PeerRole::both : PeerRole::responder));
        for (int step = 0; step < 20; ++step) {
            switch (random() % 6) {
            case 0: net.cut(random() % 2); break;
            case 1: net.cut(random() % 2, static_cast<int>(random() % 2)); break;
            case 2: net.heal(random() % 2); break;
            case 3: net.set_link(static_cast<int>(random() % 2), random() % 2, random() % 2 == 0); break;
            default: {
                const int side = static_cast<int>(random() % 2);
                net.start(side, net.used(side));
            }
            }
            net.run(Duration(random() % 700'000));
        }
        for (std::size_t lan : {0U, 1U}) {
            net.heal(lan);
            for (int side : {0, 1}) net.set_link(side, lan, true);
        }
        net.wait([&] { return net.all_good() && net.both_use(0); }, 120s);
        BOOST_TEST((net.all_good() && net.both_use(0)), "life " << life);
    }
}

BOOST_AUTO_TEST_SUITE_END()
