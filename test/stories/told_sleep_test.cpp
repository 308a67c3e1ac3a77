// The machine sleeps, as a guest that is suspended does: its clocks have gone on when it wakes, and nobody has looked.
#include "test/boost_test.hpp"
#include "test/chassis/played_chassis.hpp"
#include "test/stories/told_story.hpp"

using namespace had::test;

namespace {

struct Sleeper : Told {
    void sleep() { dynamic_cast<PlayedChassis&>(chassis).suspend(asleep); }
    std::int64_t uptime() { return std::stoll(guest.expect("cut -d. -f1 /proc/uptime")); }

    static constexpr Limit asleep = 4s;
    static constexpr std::int64_t asleep_us = 4'000'000;
};

} // namespace

// Not in an emulated chassis: nothing there rings the bell.
BOOST_AUTO_TEST_SUITE(told_sleep, *boost::unit_test::label("beside") * boost::unit_test::label("long"))

BOOST_FIXTURE_TEST_CASE(a_bond_that_serves_before_and_after_a_sleep_has_had_no_outage, Sleeper) {
    wait_earned();
    const std::int64_t before = micros("up_us"), began = uptime();
    sleep();
    BOOST_TEST(uptime() - began >= 4);
    fail_over();
    wait_failovers(1);
    BOOST_TEST(availability("outages") == "0");
    BOOST_TEST(micros("unknown_us") == 0);
    BOOST_TEST(micros("down_us") == 0);
    BOOST_TEST(micros("up_us") - before >= asleep_us);
}

BOOST_FIXTURE_TEST_CASE(a_bond_that_is_down_stays_so_over_a_sleep_and_it_is_one_outage, Sleeper) {
    for (const int slot : {2, 12}) chassis.cut_cable(slot, 0);
    guest.wait_until("hadctl history --event down | grep -q bond0");
    sleep();
    for (const int slot : {2, 12}) chassis.mend_cable(slot, 0);
    wait("bond0", "healthy");
    guest.wait_until("hadctl availability bond0 --last 2d --json | grep -q '\"outages\":1[,}]'");
    BOOST_TEST(micros("down_us") >= asleep_us);
    BOOST_TEST(micros("unknown_us") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
