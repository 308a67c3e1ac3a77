#include "had/core/base/log_quota.hpp"

#include "test/boost_test.hpp"

using namespace had::core;

namespace {

Notice lost(const std::string& port) {
    Notice notice;
    notice.kind = NoticeKind::port_lost;
    notice.port = port;
    notice.text = port + ": no link";
    return notice;
}

} // namespace

BOOST_AUTO_TEST_SUITE(log_quota)

BOOST_AUTO_TEST_CASE(a_flapping_port_fills_no_disk_and_silences_no_other) {
    LogQuota quota;
    TimePoint now{};
    unsigned lines = 0;
    for (int i = 0; i < 100; ++i) lines += quota.text_of(lost("2.1"), now += std::chrono::milliseconds(10)) ? 1 : 0;
    BOOST_TEST(lines == log_most);
    BOOST_TEST(quota.text_of(lost("2.0"), now).value_or("") == "2.0: no link");
    now += log_window;
    BOOST_TEST(quota.text_of(lost("2.1"), now).value_or("") ==
               "2.1: no link (90 more of its kind were not logged)");
    BOOST_TEST(quota.text_of(lost("2.1"), now).value_or("") == "2.1: no link");
}

BOOST_AUTO_TEST_CASE(an_alarm_repeats_no_sentence_that_was_just_logged) {
    LogQuota quota;
    const TimePoint now{};
    Notice trouble = lost("2.1"), alarm;
    trouble.level = NoticeLevel::warning;
    alarm.kind = NoticeKind::alarm_raised;
    alarm.level = NoticeLevel::warning;
    alarm.alarm = "2.1/port-lost";
    alarm.severity = "minor";
    alarm.repair = "look at the cable";
    alarm.text = "alarm 2.1/port-lost (minor) no link; repair: look at the cable";
    BOOST_TEST(quota.text_of(alarm, now).value_or("") == alarm.text);
    quota.text_of(trouble, now);
    BOOST_TEST(quota.text_of(alarm, now).value_or("") == "alarm 2.1/port-lost (minor); repair: look at the cable");
    BOOST_TEST(quota.text_of(alarm, now + std::chrono::seconds(2)).value_or("") == alarm.text);
    trouble.level = NoticeLevel::info;
    quota.text_of(trouble, now + std::chrono::seconds(2));
    BOOST_TEST(quota.text_of(alarm, now + std::chrono::seconds(2)).value_or("") == alarm.text);
    alarm.text = "alarm 2.1/port-lost (minor) is over: no link";
    BOOST_TEST(quota.text_of(alarm, now).value_or("") == alarm.text);
}

BOOST_AUTO_TEST_SUITE_END()
