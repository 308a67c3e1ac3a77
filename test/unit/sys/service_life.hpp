// A runner of services and what it tells, over the lives of more than one daemon.
#pragma once

#include "had/sys/service_child.hpp"
#include "had/sys/service_runner.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace had::test {

using namespace core;

inline const ServiceKey key{"sleeper", ""};

struct Life {
    TempDir dir;
    std::unique_ptr<sys::Loop> loop = std::make_unique<sys::Loop>();
    std::vector<ServiceEvent> events;
    std::vector<std::string> logged;
    std::unique_ptr<sys::ServiceRunner> runner = make();

    std::unique_ptr<sys::ServiceRunner> make() {
        return std::make_unique<sys::ServiceRunner>(
            *loop, dir.path() / "services", [this](const ServiceEvent& event) { events.push_back(event); },
            [this](const std::string& text) { logged.push_back(text); }, [] { return nullptr; });
    }
    // As by kill -9: what was watched is watched no more, and nothing was told.
    void next_daemon() {
        runner.reset();
        loop = std::make_unique<sys::Loop>();
        runner = make();
    }
    int start(std::vector<std::string> words, std::uint64_t device = 0) {
        std::string trouble;
        const auto pid = runner->start({key, std::move(words), "its command", device}, trouble);
        BOOST_TEST(trouble == "");
        return pid.value_or(0);
    }
    // As a daemon before this one has left it.
    void record(const std::string& text) const {
        std::filesystem::create_directories(dir.path() / "services");
        std::ofstream(dir.path() / "services/sleeper") << text;
    }
    // Why it is not started.
    std::string refused() {
        std::string trouble;
        BOOST_TEST(!runner->start({key, {"sleep", "1000"}, "x", 0}, trouble));
        return trouble;
    }
    template <class E>
    const E* wait_for() {
        const E* found = nullptr;
        const bool came = had::test::wait_for(*loop, [&] {
            for (const ServiceEvent& event : events)
                if (const E* one = std::get_if<E>(&event)) found = one;
            return found != nullptr;
        });
        BOOST_REQUIRE(came);
        return found;
    }
    ~Life() { runner->stop(key, true); }
};

inline void wait_until_gone(Life& life, int pid) {
    BOOST_TEST(had::test::wait_for(*life.loop, [&] { return !sys::start_time_of(pid); }));
}

inline std::string read(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string text;
    std::getline(file, text);
    return text;
}

} // namespace had::test
