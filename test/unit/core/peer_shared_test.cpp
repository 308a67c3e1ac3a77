// An address of two hosts: it is on one of them, whatever VRRP does, as far as both hear each other.
#include "had/core/peer/shared.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/peer_wire.hpp"

#include <random>

using namespace had::test;

namespace {

const std::uint32_t id = shared_id(*ip_address_from("10.0.1.100"));

// One host, and what it hears of the other.
struct Host {
    SharedWatch watch;
    TimePoint now{1h};

    Host() { watch.see(false, now); }
    void judge(std::optional<bool> theirs, bool lan_lost = false, Duration lasts = 1h, bool gives_way = false) {
        std::optional<SharedWatch::Other> other;
        if (theirs)
            other = {.word = {.id = id, .has = *theirs, .lasts = static_cast<std::uint32_t>(lasts / 1ms)},
                     .heard = now};
        watch.judge({.known = true, .other = other, .lan_lost = lan_lost, .gives_way = gives_way}, now);
    }
    [[nodiscard]] bool kept() const { return watch.kept().value_or(false); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(peer_shared)

BOOST_AUTO_TEST_CASE(a_backup_is_kept_from_it_while_the_lan_of_vrrp_is_lost_and_the_other_host_lives_and_has_it) {
    Host host;
    host.judge(true);
    BOOST_TEST(!host.kept());
    host.judge(true, true);
    BOOST_TEST(host.kept());
    BOOST_TEST(host.watch.is_split());
    host.judge(true, false);
    BOOST_TEST(!host.kept());
    BOOST_TEST(!host.watch.is_split());
}

BOOST_AUTO_TEST_CASE(a_host_that_is_not_heard_or_does_not_have_it_keeps_nobody) {
    Host host;
    host.judge(true, true);
    host.judge(std::nullopt, true);
    BOOST_TEST(!host.kept(), "it may be dead");
    host.judge(true, true);
    host.judge(false, true);
    BOOST_TEST(!host.kept(), "it has given it up");
}

BOOST_AUTO_TEST_CASE(nothing_is_said_before_it_is_known_whether_the_other_host_is_heard) {
    Host host;
    host.watch.judge({}, host.now);
    BOOST_TEST(!host.watch.kept().has_value());
    host.judge(std::nullopt);
    BOOST_TEST((host.watch.kept() == std::optional(false)));
}

BOOST_AUTO_TEST_CASE(of_two_that_have_it_the_one_that_took_it_later_gives_it_up_once_vrrp_has_had_its_time) {
    Host host;
    host.watch.see(true, host.now);
    host.judge(true);
    BOOST_TEST(!host.kept(), "a master that hears a better one goes by itself");
    host.now += 600ms;
    host.judge(true);
    BOOST_TEST(host.kept());
    // Without it now, and the LAN serves: nobody can know whether VRRP would hear the other host.
    host.watch.see(false, host.now);
    host.now += 1min;
    host.judge(true);
    BOOST_TEST(host.kept());
    host.judge(false);
    BOOST_TEST(!host.kept());
}

BOOST_AUTO_TEST_CASE(the_older_one_stays_and_where_the_lan_is_lost_the_younger_one_goes_at_once) {
    Host older, younger;
    older.watch.see(true, older.now);
    older.now += 1h;
    older.judge(true, true, 1s);
    BOOST_TEST(!older.kept());
    younger.watch.see(true, younger.now);
    younger.judge(true, true, 1h);
    BOOST_TEST(younger.kept());
    younger.watch.see(false, younger.now);
    younger.judge(true, false);
    BOOST_TEST(!younger.kept(), "the LAN serves again, and VRRP hears its master");
}

BOOST_AUTO_TEST_CASE(an_address_from_before_the_daemons_start_is_older_than_one_that_is_taken_now) {
    SharedWatch watch;
    const TimePoint now{2h};
    watch.see(true, now);
    BOOST_TEST(shared_lasts(watch.since(), now) == 2 * 3600 * 1000U);
    SharedWatch told;
    told.see(true, now, now - 5s);
    BOOST_TEST(shared_lasts(told.since(), now) == 5000U);
}

BOOST_AUTO_TEST_CASE(two_that_disagree_about_their_age_do_no_more_after_a_while) {
    for (const bool gives_way : {false, true}) {
        Host host;
        host.watch.see(true, host.now);
        host.judge(true, true, 0s, gives_way);
        host.now += 3s;
        host.judge(true, true, host.now - host.watch.since() + 5ms, gives_way);
        BOOST_TEST(host.kept() == gives_way);
    }
}

BOOST_AUTO_TEST_CASE(of_two_one_that_is_kept_already_is_about_to_give_it_up) {
    Host host;
    host.watch.see(true, host.now);
    const SharedWatch::Other kept{.word = {.id = id, .has = true, .kept = true, .lasts = 3600000}, .heard = host.now};
    host.watch.judge({.known = true, .other = kept, .lan_lost = true, .gives_way = true}, host.now);
    BOOST_TEST(!host.kept(), "both would be without it");
}

BOOST_AUTO_TEST_CASE(it_asks_to_be_looked_at_when_its_time_has_come_though_nothing_is_heard) {
    Host host;
    host.judge(false);
    BOOST_TEST((host.watch.next() == host.now + 5s));
    host.watch.see(true, host.now);
    host.judge(true);
    const TimePoint both = host.now;
    BOOST_TEST((host.watch.next() == both + 500ms));
    host.now = *host.watch.next();
    host.judge(true, false, 1h);
    BOOST_TEST(host.kept());
    BOOST_TEST((host.watch.next() == both + 2500ms));
    host.now = *host.watch.next();
    host.judge(true);
    BOOST_TEST(!host.watch.next().has_value());
}

BOOST_AUTO_TEST_CASE(that_nobody_has_it_is_told_when_both_have_had_time_to_take_it) {
    Host host;
    host.judge(false);
    BOOST_TEST(!host.watch.has_nobody());
    host.now += 6s;
    host.judge(false);
    BOOST_TEST(host.watch.has_nobody());
    host.judge(true);
    BOOST_TEST(!host.watch.has_nobody());
}

// Two hosts with keepalived, any LAN failing in any way: never are both kept, and when both have it for long one goes,
// as far as they hear each other.
BOOST_AUTO_TEST_CASE(whatever_fails_both_are_never_kept_and_two_with_the_address_become_one) {
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::mt19937 random(seed);
        const auto draw = [&](unsigned n) { return random() % n; };
        Between between;
        SharedWatch watches[2];
        bool has[2] = {draw(2) == 0, draw(2) == 0};
        const auto look = [&] {
            for (const int side : {0, 1}) {
                PeerSession& session = *between.sides[side];
                watches[side].see(has[side], between.now);
                watches[side].judge({.known = session.is_decided(between.now), .other = session.shared(id),
                                     .lan_lost = session.finding(0).lost(), .gives_way = session.gives_way()},
                                    between.now);
                if (watches[side].kept().value_or(false)) has[side] = false;      // keepalived goes into FAULT
                between.take(side, session.set_shared({{{.id = id, .has = has[side],
                                                         .kept = watches[side].kept().value_or(false)},
                                                        watches[side].since()}},
                                                      between.now));
            }
        };
        between.run(2s);
        for (int step = 0; step < 40; ++step) {
            switch (draw(8)) {
            case 0: between.cut(0); break;
            case 1: between.cut(0, static_cast<int>(draw(2))); break;
            case 2: between.heal(0); break;
            case 5: between.cut(1, static_cast<int>(draw(2))); break;
            case 6: between.heal(1); break;
            case 3: has[draw(2)] = true; break;        // VRRP makes it master
            case 4: has[draw(2)] = false; break;
            default: break;
            }
            int together = 0;                 // so often in a row both heard each other
            for (int i = 0; i < 60; ++i) {
                look();
                together = between.sides[0]->shared(id) && between.sides[1]->shared(id) ? together + 1 : 0;
                between.run(50ms);
            }
            BOOST_TEST((!watches[0].kept().value_or(false) || !watches[1].kept().value_or(false)), "seed " << seed);
            BOOST_TEST((together < 58 || !has[0] || !has[1]), "seed " << seed << ": both have it after three seconds");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_one_says_of_an_address_is_heard_at_once_and_not_behind_a_silence) {
    Between between;
    between.run(2s);
    BOOST_TEST(!between.sides[1]->shared(id).has_value());
    between.take(0, between.sides[0]->set_shared({{{.id = id, .has = true, .word = VrrpWord::master}, between.now}},
                                                 between.now));
    const Duration heard = between.wait([&] { return between.sides[1]->shared(id).has_value(); });
    BOOST_TEST((heard <= 2 * wire));
    BOOST_TEST((between.sides[1]->shared(id)->word.word == VrrpWord::master));
    between.run(3s);
    BOOST_TEST(between.sides[1]->shared(id)->word.lasts >= 2800U);
    between.cut(0), between.cut(1);
    between.run(1s);
    BOOST_TEST(!between.sides[1]->shared(id).has_value());
    BOOST_TEST(between.sides[1]->is_decided(between.now));
}

BOOST_AUTO_TEST_CASE(a_daemon_that_ends_in_order_has_its_time_to_start_again_before_its_word_is_dropped) {
    for (const bool again : {true, false}) {
        Between between;
        SharedWatch watch;
        const auto look = [&] {
            const PeerSession& session = *between.sides[1];
            watch.see(false, between.now);
            watch.judge({.known = session.is_decided(between.now), .other = session.shared(id),
                         .lan_lost = session.finding(0).lost(), .gives_way = session.gives_way()},
                        between.now);
        };
        const auto has_it = [&] {
            between.take(0, between.sides[0]->set_shared({{{.id = id, .has = true}, between.now}}, between.now));
        };
        between.run(2s);
        has_it();
        between.cut(0);
        between.run(1s);
        look();
        BOOST_TEST((watch.kept() == std::optional(true)));
        between.take(0, between.sides[0]->leave(between.now));
        between.end(0);
        for (int i = 0; i < 90; ++i) {
            between.run(100ms);
            look();
            BOOST_TEST((watch.kept() == std::optional(true)), "after " << i);
        }
        if (again) {
            between.start(0);
            has_it();
        }
        between.run(5s);
        look();
        BOOST_TEST((watch.kept() == std::optional(again)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
