#include "had/control/subscription.hpp"

#include "test/boost_test.hpp"
#include "test/unit/control/wire.hpp"

#include <fstream>

using namespace had;
using namespace had::test;

BOOST_AUTO_TEST_SUITE(subscription)

BOOST_AUTO_TEST_CASE(why_there_is_no_daemon_is_told_once_and_again_when_the_reason_is_another) {
    const TempDir dir;
    const std::string path = dir.path / "had.sock";
    sys::Loop loop;
    std::vector<std::string> told;
    control::Subscription daemon(loop, path, std::nullopt, false,
                                 {[](auto&, const auto&) {}, [](auto&, const auto&) {},
                                  [&](const std::string& why) { told.push_back(why); }});
    const auto until = [&](auto condition) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition() && std::chrono::steady_clock::now() < limit) loop.poll();
        return condition();
    };
    BOOST_TEST(until([&] { return told.size() == 1; }));
    BOOST_TEST(has(told.at(0), "had is not running"));
    daemon.lose(told.at(0));
    BOOST_TEST(told.size() == 1u);
    std::ofstream file(path);                 // what has the name now answers nobody, for a reason of its own
    BOOST_TEST(until([&] { return told.size() == 2; }));
    BOOST_TEST(has(told.at(1), "Connection refused"));
}

BOOST_AUTO_TEST_SUITE_END()
