#include "had/core/base/duration.hpp"

#include "test/boost_test.hpp"

using namespace had::core;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(durations)

BOOST_AUTO_TEST_CASE(a_duration_carries_its_unit) {
    BOOST_TEST((duration_from("250us") == Duration(250us)));
    BOOST_TEST((duration_from("200ms") == Duration(200ms)));
    BOOST_TEST((duration_from("10 s") == Duration(10s)));
    BOOST_TEST((duration_from("5min") == Duration(5min)));
    BOOST_TEST((duration_from("1h") == Duration(1h)));
    BOOST_TEST((duration_from("0s") == Duration::zero()));
    for (const char* wrong :
         {"", "10", "s", "-1s", "1.5s", "10 sec", "1s ", "10000000000h", "5m"}) {
        BOOST_TEST(!duration_from(wrong), wrong);
    }
}

BOOST_AUTO_TEST_CASE(a_duration_is_printed_in_its_largest_whole_unit) {
    BOOST_TEST(print_duration(0s) == "0s");
    BOOST_TEST(print_duration(1500ms) == "1500ms");
    BOOST_TEST(print_duration(2000ms) == "2s");
    BOOST_TEST(print_duration(90s) == "90s");
    BOOST_TEST(print_duration(30min) == "30min");
    BOOST_TEST(print_duration(1us) == "1us");
}

BOOST_AUTO_TEST_SUITE_END()
