// Boost.Test behind one header, so that our strict warnings stay on in our own code.
#pragma once
#pragma GCC system_header
#ifndef BOOST_TEST_DYN_LINK
#define BOOST_TEST_DYN_LINK
#endif
#include <boost/test/unit_test.hpp>
#include <boost/test/data/test_case.hpp>
