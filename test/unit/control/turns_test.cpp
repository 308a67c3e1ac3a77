#include "had/control/turns.hpp"

#include "test/boost_test.hpp"

#include <string>

using namespace had;
using control::Bucket;
using control::Turns;
using namespace std::chrono_literals;

namespace {

constexpr core::TimePoint start{1000h};

// Who is served now, in order.
std::string served(Turns<char>& turns, core::TimePoint now) {
    std::string who;
    while (const auto one = turns.next(now)) who += *one;
    return who;
}

} // namespace

BOOST_AUTO_TEST_SUITE(control_turns)

BOOST_AUTO_TEST_CASE(a_bucket_gives_so_many_at_once_and_then_one_at_a_time) {
    Bucket bucket(10, 3);
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST((bucket.ready() <= start));
        bucket.take(start);
    }
    BOOST_TEST((bucket.ready() == start + 100ms));
    bucket.take(start + 100ms);
    BOOST_TEST((bucket.ready() == start + 200ms));
    BOOST_TEST(!bucket.is_full(start + 399ms));
    BOOST_TEST(bucket.is_full(start + 400ms));
    bucket.take(start + 1h); // it holds no more for having rested longer
    bucket.take(start + 1h);
    bucket.take(start + 1h);
    BOOST_TEST((bucket.ready() == start + 1h + 100ms));
}

BOOST_AUTO_TEST_CASE(each_uid_has_a_turn_whoever_asks_more) {
    Turns<char> turns(10, 100);
    for (const char who : std::string("aaaa")) turns.wait(1, true, who);
    for (const char who : std::string("bb")) turns.wait(2, true, who);
    turns.wait(0, false, 'r');
    BOOST_TEST(served(turns, start) == "abrabaa");
    BOOST_TEST(!turns.due(start).has_value());
}

BOOST_AUTO_TEST_CASE(who_has_used_up_his_turns_waits_and_nobody_else_does) {
    Turns<char> turns(10, 2);
    for (const char who : std::string("abcd")) turns.wait(1, true, who);
    for (const char who : std::string("rrrrr")) turns.wait(0, false, who);
    turns.wait(2, true, 'x');
    BOOST_TEST(served(turns, start) == "arxbrrrr");
    BOOST_TEST((turns.due(start).value() == start + 100ms));
    BOOST_TEST(served(turns, start + 99ms) == "");
    BOOST_TEST(served(turns, start + 100ms) == "c");
    BOOST_TEST(served(turns, start + 200ms) == "d");
    BOOST_TEST(!turns.due(start + 200ms).has_value()); // so nothing wakes the daemon
}

BOOST_AUTO_TEST_CASE(a_new_connection_does_not_fill_the_bucket_again) {
    Turns<char> turns(10, 1);
    turns.wait(1, true, 'a');
    BOOST_TEST(served(turns, start) == "a");
    turns.wait(1, true, 'b');
    BOOST_TEST(served(turns, start) == "");
    BOOST_TEST(served(turns, start + 100ms) == "b");
}

BOOST_AUTO_TEST_CASE(thousands_of_uids_have_no_turn_more_for_it) {
    Turns<char> turns(10, 1);
    for (unsigned uid = 0; uid < 1000; ++uid) turns.wait(uid, true, 'a');
    BOOST_TEST(served(turns, start).size() == 1000u);
    for (unsigned uid = 0; uid < 1000; ++uid) turns.wait(uid, true, 'b');
    BOOST_TEST(served(turns, start + 99ms) == "");
    BOOST_TEST(served(turns, start + 100ms).size() == 1000u);
}

BOOST_AUTO_TEST_SUITE_END()
