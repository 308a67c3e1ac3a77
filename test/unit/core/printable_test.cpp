#include "had/core/base/printable.hpp"

#include "test/boost_test.hpp"

using had::core::printable;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(printable_text)

BOOST_AUTO_TEST_CASE(text_that_only_says_something_stays) {
    const std::string text = "slot 2: Gerät, ポート, \U0001F50C\n> \"a\\b\"\n";
    BOOST_TEST(printable(text) == text);
}

BOOST_AUTO_TEST_CASE(what_steers_a_terminal_is_shown) {
    BOOST_TEST(printable("\033[2Jeth0\r\a\t\x7f") == "\\u001b[2Jeth0\\u000d\\u0007\\u0009\\u007f");
    BOOST_TEST(printable("a\0b"s) == "a\\u0000b");
    BOOST_TEST(printable("\u009b2J\u0085") == "\\u009b2J\\u0085");          // C1: CSI in one character
}

BOOST_AUTO_TEST_CASE(what_turns_or_breaks_a_line_is_shown) {
    BOOST_TEST(printable("\u202Eabc\u2066\u200F\u061C") == "\\u202eabc\\u2066\\u200f\\u061c");
    BOOST_TEST(printable("a\u2028b\u2029") == "a\\u2028b\\u2029");
    BOOST_TEST(printable("a\u2010b\u2030") == "a\u2010b\u2030");           // its neighbours are text
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf_8_are_shown_each) {
    BOOST_TEST(printable("a\xff" "b") == "a\\xffb");
    BOOST_TEST(printable("\xc2") == "\\xc2");                               // cut off
    BOOST_TEST(printable("\x9b" "2J") == "\\x9b2J");                        // CSI of eight bits
    BOOST_TEST(printable("\xc0\x9b") == "\\xc0\\x9b");                      // overlong
    BOOST_TEST(printable("\xe0\x80\x9b") == "\\xe0\\x80\\x9b");
    BOOST_TEST(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");             // a surrogate
    BOOST_TEST(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");    // beyond Unicode
}

BOOST_AUTO_TEST_CASE(json_stays_the_same_json) {
    BOOST_TEST(printable("{\"name\":\"a\u202e\\u001b\x7f\"}\n") == "{\"name\":\"a\\u202e\\u001b\\u007f\"}\n");
}

BOOST_AUTO_TEST_SUITE_END()
