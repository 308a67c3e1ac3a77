#include "had/core/base/shared_list.hpp"

#include "test/boost_test.hpp"

#include <algorithm>
#include <string>

using had::core::SharedList;

namespace {

using List = SharedList<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(shared_list)

BOOST_AUTO_TEST_CASE(a_copy_shares_each_element_until_one_of_them_changes_it) {
    List a{"one", "two"}, b = a;
    BOOST_TEST((a.shares(0, b) && a.shares(1, b)));
    b[1] = "three";
    BOOST_TEST((a.shares(0, b) && !a.shares(1, b)));
    BOOST_TEST(std::as_const(a)[1] == "two");
    BOOST_TEST((a != b));
    b.set(1, "two");
    BOOST_TEST(!a.shares(1, b));
    BOOST_TEST((a == b));
}

BOOST_AUTO_TEST_CASE(to_read_a_list_leaves_it_shared) {
    List a{"a", "c", "e"}, b = a;
    std::string all;
    for (const std::string& one : b) all += one;
    BOOST_TEST(all == "ace");
    BOOST_TEST(*std::ranges::lower_bound(b, "b") == "c");
    BOOST_TEST((b.end() - b.begin()) == 3);
    BOOST_TEST(a.shares(2, b));
}

BOOST_AUTO_TEST_CASE(a_list_of_another_length_is_another_and_shares_nothing_beyond_its_end) {
    List a{"a", "b"}, b = a;
    b.resize(1);
    BOOST_TEST((a != b));
    BOOST_TEST((a.shares(0, b) && !a.shares(1, b) && !b.shares(1, a)));
    List c;
    c.share(a, 1);
    BOOST_TEST((c == List{"b"}));
}

BOOST_AUTO_TEST_SUITE_END()
