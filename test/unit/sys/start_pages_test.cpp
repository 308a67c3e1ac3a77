#include "had/sys/start_pages.hpp"

#include "test/boost_test.hpp"

#include <fstream>
#include <string>

namespace {

// KiB of text that is mapped.
long text_resident() {
    std::ifstream smaps("/proc/self/smaps");
    long all = 0;
    bool is_text = false;
    for (std::string line; std::getline(smaps, line);) {
        if (line.find(" r-xp ") != std::string::npos) is_text = line.find('/') != std::string::npos;
        else if (line.find("-") != std::string::npos && line.find(':') == std::string::npos) is_text = false;
        else if (line.find("p ") != std::string::npos && line.find("kB") == std::string::npos) is_text = false;
        if (is_text && line.starts_with("Rss:")) all += std::stol(line.substr(4));
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(start_pages)

BOOST_AUTO_TEST_CASE(text_that_is_not_used_goes_and_what_is_used_comes_back) {
    volatile double x = 2.0;
    const long before = text_resident();
    had::sys::drop_start_pages();
    BOOST_TEST(text_resident() < before);
    BOOST_TEST(x * x == 4.0, "and the program goes on");
}

BOOST_AUTO_TEST_SUITE_END()
