#include "had/core/base/link_mode.hpp"

#include "test/boost_test.hpp"

using namespace had::core;

BOOST_AUTO_TEST_SUITE(link_mode)

BOOST_AUTO_TEST_CASE(what_is_not_asked_for_stays_as_it_is) {
    const LinkMode have{1000, Duplex::full, true};
    BOOST_TEST(agrees(have, {}));
    BOOST_TEST(agrees(have, {1000, {}, {}}));
    BOOST_TEST(!agrees(have, {100, {}, {}}));
    BOOST_TEST(!agrees({}, {{}, {}, false})); // unknown is not off
    BOOST_TEST((changed(have, {{}, {}, false}) == LinkMode{1000, Duplex::full, false}));
}

BOOST_AUTO_TEST_CASE(it_is_told_in_the_words_of_had_conf) {
    BOOST_TEST(to_string(LinkMode{100, Duplex::half, false}) == "speed 100 duplex half autoneg off");
    BOOST_TEST(to_string(LinkMode{{}, {}, true}) == "autoneg on");
}

BOOST_AUTO_TEST_SUITE_END()
