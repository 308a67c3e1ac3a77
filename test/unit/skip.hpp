// For tests that a system may give no room for.
#pragma once

#include "test/boost_test.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

namespace had::test {

inline void skip(const std::string& test, const char* condition) {
    const std::string line = test + ": not possible here: " + condition + '\n';
    if (const char* skips = std::getenv("HAD_TEST_SKIPS")) std::ofstream(skips, std::ios::app) << line;
    else std::cerr << line;
}

} // namespace had::test

// Ends a test that this system gives no room for, after having tried; test/run counts it as skipped.
#define HAD_TRY(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            had::test::skip(boost::unit_test::framework::current_test_case().full_name(), #condition); \
            BOOST_TEST(true);                                                                      \
            return;                                                                                \
        }                                                                                          \
    } while (false)
