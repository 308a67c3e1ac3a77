#include "had/sys/memory_reserve.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <new>

using namespace had;
using namespace had::sys;

BOOST_AUTO_TEST_SUITE(memory_reserve)

BOOST_AUTO_TEST_CASE(an_allocation_that_fails_is_tried_once_more_and_that_is_told) {
    Loop loop;
    int told = 0;
    {
        const MemoryReserve reserve(loop, [&] { ++told; });
        std::get_new_handler()();             // as operator new does, before it tries again
        BOOST_TEST(told == 0);
        BOOST_CHECK_THROW(std::get_new_handler()(), std::bad_alloc);
        BOOST_TEST(test::wait_for(loop, [&] { return told == 1; }));
        std::get_new_handler()();             // there is a new one
        BOOST_TEST(test::wait_for(loop, [&] { return told == 2; }));
    }
    BOOST_TEST((std::get_new_handler() == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
