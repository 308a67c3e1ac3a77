#include "had/control/history.hpp"

#include "test/boost_test.hpp"

using had::control::History;
using Lines = std::vector<std::string>;

namespace {

History of(int events) {
    History history("now", 3);
    for (int i = 1; i <= events; ++i)
        history.add("event " + std::to_string(i));
    return history;
}

} // namespace

BOOST_AUTO_TEST_SUITE(control_history)

BOOST_AUTO_TEST_CASE(numbers_begin_with_one) {
    BOOST_TEST(of(0).last() == 0U);
    BOOST_TEST(of(0).next() == 1U);
    BOOST_TEST(of(5).last() == 5U);
}

BOOST_AUTO_TEST_CASE(who_saw_the_last_event_missed_nothing) {
    BOOST_TEST(of(5).since("now", 5).value() == Lines());
    BOOST_TEST(of(0).since("now", 0).value() == Lines());
}

BOOST_AUTO_TEST_CASE(a_subscriber_goes_on_where_it_was) {
    BOOST_TEST(of(5).since("now", 3).value() == (Lines{"event 4", "event 5"}));
    BOOST_TEST(of(5).since("now", 2).value() == (Lines{"event 3", "event 4", "event 5"}));
}

BOOST_AUTO_TEST_CASE(what_is_forgotten_is_said_to_be_lost) {
    BOOST_TEST(of(5).since("now", 1).value() ==
               (Lines{R"({"event":"lost","instance":"now","from":2,"to":2})", "event 3", "event 4",
                      "event 5"}));
    BOOST_TEST(of(5).since("now", 0).value().front() ==
               R"({"event":"lost","instance":"now","from":1,"to":2})");
}

BOOST_AUTO_TEST_CASE(after_a_restart_the_end_of_the_old_instance_is_lost_and_the_new_one_told) {
    BOOST_TEST(of(2).since("then", 40).value() ==
               (Lines{R"({"event":"lost","instance":"then","from":41})", "event 1", "event 2"}));
    BOOST_TEST(of(4).since("then", 40).value() ==
               (Lines{R"({"event":"lost","instance":"then","from":41})",
                      R"({"event":"lost","instance":"now","from":1,"to":1})", "event 2", "event 3",
                      "event 4"}));
}

BOOST_AUTO_TEST_CASE(the_future_cannot_be_resumed_from) {
    BOOST_TEST(!of(2).since("now", 3).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
