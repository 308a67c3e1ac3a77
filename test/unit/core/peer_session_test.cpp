#include "had/core/peer/session.hpp"

#include "test/boost_test.hpp"

#include <deque>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace had::core;
using namespace std::chrono_literals;

namespace {

constexpr Duration wire = 200us;

PeerConfig two_lans(PeerRole role = PeerRole::both) {
    PeerConfig config;
    config.name = "there";
    config.lans = {{"a", *ip_address_from("10.1.0.2"), 1}, {"b", *ip_address_from("10.2.0.2"), 2}};
    config.role = role;
    return config;
}

// Two hosts, two LANs between them, and somebody who writes down all that is said.
class Between {
public:
    struct Packet {
        int to = 0;
        std::size_t lan = 0;
        PeerPacket packet;
        TimePoint at{};
    };

    explicit Between(PeerConfig here = two_lans(), PeerConfig there = two_lans()) : configs_{here, there} {
        start(0);
        start(1);
    }

    void start(int side, std::size_t chosen = 0) {
        sides[side] = std::make_unique<PeerSession>(configs_[side], ++number_, now, chosen);
        for (std::size_t lan = 0; lan < configs_[side].lans.size(); ++lan) set_link(side, lan, true);
    }
    void end(int side) { sides[side].reset(); }
    void set_link(int side, std::size_t lan, bool up) { take(side, sides[side]->set_link(lan, up, now)); }

    // `to` hears nothing of that LAN any more.
    void cut(std::size_t lan, int to) { dead_[lan][to] = true; }
    void cut(std::size_t lan) { cut(lan, 0), cut(lan, 1); }
    void heal(std::size_t lan) { dead_[lan][0] = dead_[lan][1] = false; }

    void run(Duration time) { run_until(now + time, [] { return false; }); }
    // How long it took; the limit: it did not come to that.
    template <class Until>
    Duration wait(Until until, Duration limit = 10s) {
        const TimePoint begin = now;
        run_until(now + limit, until);
        return now - begin;
    }
    // Somebody sends it again.
    PeerSession::Heard replay(const Packet& packet) {
        PeerSession::Heard heard = sides[packet.to]->hear(packet.lan, packet.packet, now);
        take(packet.to, heard.sends);
        return heard;
    }

    [[nodiscard]] std::size_t used(int side) const { return sides[side]->chosen(); }
    [[nodiscard]] bool both_use(std::size_t lan) const { return used(0) == lan && used(1) == lan; }
    [[nodiscard]] bool all_good() const {
        for (const auto& side : sides)
            for (std::size_t lan = 0; lan < 2; ++lan)
                if (!side->finding(lan).usable()) return false;
        return true;
    }

    TimePoint now{1h};
    std::unique_ptr<PeerSession> sides[2];
    std::vector<Packet> recorded;
    bool records = true;
    unsigned moves = 0;

private:
    void take(int side, const std::vector<PeerSend>& sends) {
        for (const PeerSend& one : sends) {
            const Packet packet{1 - side, one.lan, one.packet, now + wire};
            if (records) recorded.push_back(packet);
            if (!dead_[one.lan][1 - side]) flying_.push_back(packet);
        }
    }
    template <class Until>
    void run_until(TimePoint limit, Until until) {
        while (!until()) {
            TimePoint next = limit;
            if (!flying_.empty()) next = std::min(next, flying_.front().at);
            for (const auto& side : sides)
                if (side && side->next()) next = std::min(next, *side->next());
            now = std::max(now, next);
            if (now >= limit) return;
            const std::size_t before[2] = {chosen(0), chosen(1)};
            while (!flying_.empty() && flying_.front().at <= now) {
                const Packet packet = flying_.front();
                flying_.pop_front();
                if (sides[packet.to]) take(packet.to, sides[packet.to]->hear(packet.lan, packet.packet, now).sends);
            }
            for (int side : {0, 1})
                if (sides[side] && sides[side]->next() && *sides[side]->next() <= now)
                    take(side, sides[side]->step(now));
            for (int side : {0, 1}) moves += before[side] != chosen(side) ? 1U : 0U;
        }
    }
    [[nodiscard]] std::size_t chosen(int side) const { return sides[side] ? sides[side]->chosen() : 0; }

    PeerConfig configs_[2];
    bool dead_[2][2] = {};
    std::deque<Packet> flying_;
    std::uint64_t number_ = 1000;
};

} // namespace

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
