// What is told of a lost link: the driver's word, and the PCIe errors that were added.
#include "had/core/world/loss_facts.hpp"

#include "test/boost_test.hpp"

#include <string>

using namespace had::core;

namespace {

const std::string card = "card 0000:02:00.0 ";

std::string told(KnownErrors& known, const std::string& line) { return tell_loss(parse_loss_facts(line), known); }

} // namespace

BOOST_AUTO_TEST_SUITE(loss_facts)

BOOST_AUTO_TEST_CASE(what_is_printed_is_read_again) {
    LossFacts facts;
    BOOST_TEST((parse_loss_facts(print(facts)) == facts));
    facts.driver = "no cable, says the driver";
    facts.counted = {{false, "0000:02:00.0", {{"correctable", {3, {{"BadTLP", 2}, {"Timeout", 1}}}}, {"fatal", {}}}},
                     {true, "0000:00:1c.0", {{"non-fatal", {1, {{"DLP", 1}}}}}}};
    BOOST_TEST((parse_loss_facts(print(facts)) == facts));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_of_it_is_left_out) {
    const LossFacts facts = parse_loss_facts("no cable\tcard\tbridge 0000:00:1c.0\tcard 0000:02:00.0 fatal x"
                                             "\tcard 0000:03:00.0 DLP 1 fatal 2 DLP 2 fatal");
    BOOST_TEST(print(facts) == "no cable\tcard 0000:03:00.0 fatal 2 DLP 2");
}

BOOST_AUTO_TEST_CASE(the_first_time_all_is_told_as_counted_since_the_boot) {
    KnownErrors known;
    BOOST_TEST(told(known, "no cable\t" + card + "correctable 3 BadTLP 2 Timeout 1 fatal 1 DLP 1"
                               "\troot-port 0000:00:1c.0 correctable 7 RxErr 7") ==
               "no cable; PCIe errors that the card 0000:02:00.0 has counted since the boot: "
               "correctable 3 (BadTLP 2, Timeout 1), fatal 1 (DLP 1); "
               "PCIe errors that its root port 0000:00:1c.0 has counted since the boot: correctable 7 (RxErr 7)");
}

BOOST_AUTO_TEST_CASE(later_only_what_was_added_is_told_and_nothing_when_nothing_was) {
    KnownErrors known;
    told(known, "\t" + card + "correctable 1 RxErr 1 fatal 2 DLP 2");
    BOOST_TEST(told(known, "\t" + card + "correctable 1 RxErr 1 fatal 2 DLP 2") == "");
    BOOST_TEST(told(known, "\t" + card + "correctable 4 RxErr 1 BadTLP 3 fatal 2 DLP 2") ==
               "PCIe errors that the card 0000:02:00.0 has counted since they were last read: "
               "correctable 3 (BadTLP 3)");
    BOOST_TEST(told(known, "no cable\t" + card + "correctable 4 RxErr 1 BadTLP 3 fatal 2 DLP 2") == "no cable");
}

BOOST_AUTO_TEST_CASE(counters_that_stood_at_nothing_were_known) {
    KnownErrors known;
    BOOST_TEST(told(known, "\t" + card + "correctable 0") == "");
    BOOST_TEST(told(known, "\t" + card + "correctable 1 RxErr 1") ==
               "PCIe errors that the card 0000:02:00.0 has counted since they were last read: correctable 1 (RxErr 1)");
}

BOOST_AUTO_TEST_CASE(each_function_is_known_by_itself_and_one_that_was_not_read_once_stays_known) {
    KnownErrors known;
    told(known, "\t" + card + "correctable 5 RxErr 5");
    BOOST_TEST(told(known, "\tcard 0000:03:00.0 correctable 5 RxErr 5") ==
               "PCIe errors that the card 0000:03:00.0 has counted since the boot: correctable 5 (RxErr 5)");
    told(known, "");
    BOOST_TEST(told(known, "\t" + card + "correctable 5 RxErr 5") == "");
}

BOOST_AUTO_TEST_CASE(counters_that_have_fallen_are_another_cards_which_has_counted_all_of_it) {
    KnownErrors known;
    told(known, "\t" + card + "correctable 5 RxErr 5");
    BOOST_TEST(told(known, "\t" + card + "correctable 2 RxErr 2") ==
               "PCIe errors that the card 0000:02:00.0 has counted since the boot: correctable 2 (RxErr 2)");
    BOOST_TEST(told(known, "\t" + card + "correctable 2 RxErr 2") == "");
}

BOOST_AUTO_TEST_SUITE_END()
