#include "had/core/world/module_options.hpp"

#include "test/boost_test.hpp"

using namespace had::core;

BOOST_AUTO_TEST_SUITE(module_options)

BOOST_AUTO_TEST_CASE(what_runs_as_wanted_is_not_told_however_it_is_written) {
    const Parameters runs{{"debug", "7"}, {"copybreak", "256"}, {"eee", "Y"}, {"lro", "N"}, {"alias", "x y"},
                          {"delays", "3,4,-1,-1"}};
    for (const auto* options : {"debug=7", "debug=0x7 copybreak=256", "eee", "eee=1 lro=off", "delays=3,4", "", " "})
        BOOST_TEST(other_than_wanted(options, runs).empty(), options);
}

BOOST_AUTO_TEST_CASE(what_runs_otherwise_is_told_with_both_values) {
    const Parameters runs{{"debug", "-1"}, {"eee", "N"}, {"delays", "3"}, {"name", "b"}};
    const std::vector<OtherParameter> expected{
        {"debug", "7", "-1"}, {"eee", "", "N"}, {"delays", "3,4", "3"}, {"name", "a", "b"}};
    BOOST_TEST((other_than_wanted("debug=7 eee delays=3,4 name=a", runs) == expected));
}

BOOST_AUTO_TEST_CASE(of_what_a_module_keeps_to_itself_nothing_is_said) {
    BOOST_TEST(other_than_wanted("debug=7", {{"copybreak", "256"}}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
