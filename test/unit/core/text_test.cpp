#include "had/core/base/text.hpp"

#include "test/boost_test.hpp"

using namespace had::core;

BOOST_AUTO_TEST_SUITE(core_text)

BOOST_AUTO_TEST_CASE(a_long_text_is_shortened_and_no_letter_is_cut) {
    BOOST_TEST(shortened("", 8) == "");
    BOOST_TEST(shortened("12345678", 8) == "12345678");
    BOOST_TEST(shortened("123456789", 8) == "12345...");
    BOOST_TEST(shortened("1234\xc3\xa4\x36\x37\x38", 8) == "1234...");      // 5 bytes would end within it
    BOOST_TEST(shortened("123\xf0\x9f\x98\x80\x36\x37", 8) == "123...");
    BOOST_TEST(shortened(std::string(20, '\x80'), 8).size() <= 8u);            // not UTF-8 at all
}

BOOST_AUTO_TEST_CASE(blanks_are_trimmed_at_the_ends_and_stay_within) {
    BOOST_TEST(trimmed(" \t a  b\r") == "a  b");
    BOOST_TEST(trimmed("a") == "a");
    BOOST_TEST(trimmed(" \t ") == "");
    BOOST_TEST(trimmed("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
