#include "had/core/base/utc.hpp"

#include "test/boost_test.hpp"

using namespace had::core;

BOOST_AUTO_TEST_SUITE(utc)

BOOST_AUTO_TEST_CASE(a_time_is_read_as_it_is_written) {
    for (const std::int64_t micros : {0LL, 1LL, 1020254400000001LL, 951827696999999LL, 253402300799999999LL})
        BOOST_TEST(utc_micros_from(utc_micros_text(micros)).value() == micros);
    BOOST_TEST(utc_micros_text(1020254400000001) == "2002-05-01T12:00:00.000001Z");
}

BOOST_AUTO_TEST_CASE(a_fraction_may_be_left_out_or_shorter) {
    BOOST_TEST(utc_micros_from("2002-05-01T12:00:00Z").value() == 1020254400000000);
    BOOST_TEST(utc_micros_from("2002-05-01T12:00:00.5Z").value() == 1020254400500000);
    BOOST_TEST(utc_micros_from("2002-05-01T12:00:00.123456789Z").value() == 1020254400123456);
}

BOOST_AUTO_TEST_CASE(what_is_no_time_is_not_read) {
    for (const char* text :
         {"", "Z", "2002-05-01", "2002-05-01T12:00:00", "2002-05-01T12:00:00+02:00", "2002-13-01T12:00:00Z",
          "2002-02-30T12:00:00Z", "2002-05-01T24:00:00Z", "2002-05-01T12:00:00.Z", "2002-05-01T12:00:00.-1Z",
          "2002-05-01 12:00:00Z", "2oo2-05-01T12:00:00Z", "2002-05-01T12:00:00.1234567890Z"})
        BOOST_TEST(!utc_micros_from(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
