#include "had/run/touched.hpp"

#include "test/boost_test.hpp"

using had::Touched;

BOOST_AUTO_TEST_SUITE(touched)

BOOST_AUTO_TEST_CASE(each_reader_reads_what_was_touched_since_it_read) {
    Touched touched;
    Touched::Mark early;
    BOOST_TEST(touched.is_everything(early));  // it has never read
    early = touched.now();
    touched.link({2, true});
    const Touched::Mark late = touched.now();
    touched.link({3, false});
    BOOST_TEST(touched.since(early).size() == 2u);
    BOOST_REQUIRE(touched.since(late).size() == 1u);
    BOOST_TEST(touched.since(late).front().link == 3);
    BOOST_TEST(touched.since(touched.now()).empty());
    touched.everything();
    BOOST_TEST((touched.is_everything(early) && touched.is_everything(late)));
    BOOST_TEST(touched.copy_since(late).empty());
    BOOST_TEST(!touched.is_everything(touched.now()));
}

BOOST_AUTO_TEST_CASE(a_reader_that_is_far_behind_reads_everything_and_one_that_is_not_goes_on) {
    Touched touched;
    const Touched::Mark behind = touched.now();
    Touched::Mark near;
    for (int i = 0; i < 300; ++i) {
        near = touched.now();
        touched.link({i, true});
    }
    BOOST_TEST(touched.is_everything(behind));
    BOOST_TEST(!touched.is_everything(near));
    BOOST_REQUIRE(touched.since(near).size() == 1u);
    BOOST_TEST(touched.since(near).front().link == 299);
}

BOOST_AUTO_TEST_SUITE_END()
