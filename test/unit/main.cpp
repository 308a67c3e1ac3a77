// The one definition of the Boost.Test main program, shared by every test binary.
#define BOOST_TEST_DYN_LINK
#define BOOST_TEST_MODULE had
#include "test/boost_test.hpp"
