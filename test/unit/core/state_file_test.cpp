#include "had/core/base/state_file.hpp"

#include "test/boost_test.hpp"

using namespace had::core;

BOOST_AUTO_TEST_SUITE(state_file)

BOOST_AUTO_TEST_CASE(what_was_sealed_is_whole) {
    for (const std::string lines : {"", "one\n", "one\ntwo words\n"}) {
        const std::string sealed = seal("orders", lines);
        BOOST_TEST(unseal("orders", sealed).lines == lines);
        BOOST_TEST(unseal("orders", sealed).damage == "");
    }
}

BOOST_AUTO_TEST_CASE(cut_short_anywhere_it_is_not) {
    const std::string sealed = seal("orders", "pause 1020254400 then root\nrelease A asked then root\n");
    for (std::size_t size = 0; size < sealed.size(); ++size)
        BOOST_TEST(unseal("orders", sealed.substr(0, size)).damage != "", "cut to " << size << " bytes");
}

BOOST_AUTO_TEST_CASE(lines_too_many_and_zero_bytes_are_damage) {
    BOOST_TEST(unseal("orders", "orders 1\none\ntwo\n").damage == "it has 2 lines of 1");
    BOOST_TEST(unseal("orders", std::string("orders 1\n\0\0\0\n", 13)).damage == "it holds zero bytes");
    BOOST_TEST(unseal("orders", "").damage == "it is empty");
}

BOOST_AUTO_TEST_CASE(a_file_of_the_version_before_is_read) {
    const Unsealed old = unseal("orders", "release A asked then root\n");
    BOOST_TEST(old.lines == "release A asked then root\n");
    BOOST_TEST(old.damage == "");
    BOOST_TEST(unseal("orders", "release A asked then ro").damage == "its last line is cut off");
}

BOOST_AUTO_TEST_SUITE_END()
