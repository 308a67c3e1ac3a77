#include "had/core/base/diagnostics.hpp"

#include "test/boost_test.hpp"

#include <array>

using namespace had::core;

namespace {
constexpr std::array<std::string_view, 7> modes = {"balance-rr", "active-backup", "balance-xor",
                                                   "broadcast",  "802.3ad",       "balance-tlb",
                                                   "balance-alb"};
}

BOOST_AUTO_TEST_SUITE(diagnostics)

BOOST_AUTO_TEST_CASE(a_slip_of_the_finger_is_understood) {
    BOOST_TEST(did_you_mean("active-bakup", modes) == ", did you mean 'active-backup'?");
    BOOST_TEST(did_you_mean("active_backup", modes) == ", did you mean 'active-backup'?");
    BOOST_TEST(did_you_mean("Active-Backup", modes) == ", did you mean 'active-backup'?");
    BOOST_TEST(did_you_mean("802.3da", modes) == ", did you mean '802.3ad'?");
}

BOOST_AUTO_TEST_CASE(two_letters_exchanged_are_one_mistake) {
    constexpr std::array<std::string_view, 2> words = {"lacp", "slow"};
    BOOST_TEST(did_you_mean("lcap", words) == ", did you mean 'lacp'?");
}

BOOST_AUTO_TEST_CASE(a_beginning_that_fits_one_word_is_an_abbreviation) {
    BOOST_TEST(did_you_mean("broad", modes) == ", did you mean 'broadcast'?");
    BOOST_TEST(did_you_mean("balance", modes) == "");
}

BOOST_AUTO_TEST_CASE(another_word_is_not_guessed_at) {
    BOOST_TEST(did_you_mean("lacp", modes) == "");
    BOOST_TEST(did_you_mean("", modes) == "");
    BOOST_TEST(did_you_mean("x", std::array<std::string_view, 1>{"y"}) == "");
}

BOOST_AUTO_TEST_CASE(a_diagnostic_names_file_line_and_object) {
    BOOST_TEST(to_string({Severity::error, 12, "bond0", "unknown mode 'x'"}, "had.conf") ==
               "had.conf:12: bond0: unknown mode 'x'");
    BOOST_TEST(to_string({Severity::warning, 9, "bond0", "no miimon"}, "had.conf") ==
               "had.conf:9: warning: bond0: no miimon");
    BOOST_TEST(to_string({Severity::error, 0, "", "empty"}, "had.conf") == "had.conf: empty");
}

BOOST_AUTO_TEST_CASE(warnings_alone_are_no_errors) {
    BOOST_TEST(!has_errors({{Severity::warning, 1, "", ""}}));
    BOOST_TEST(has_errors({{Severity::warning, 1, "", ""}, {Severity::error, 2, "", ""}}));
}

BOOST_AUTO_TEST_SUITE_END()
