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

BOOST_AUTO_TEST_SUITE_END()
