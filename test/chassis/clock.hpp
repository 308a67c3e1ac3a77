// Every wait in the fixture has a limit; a Deadline is a limit that has started to run.
#pragma once
#include <algorithm>
#include <chrono>

namespace had::test {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Limit = std::chrono::milliseconds;

class Deadline {
public:
    explicit Deadline(Limit limit) : end_(Clock::now() + limit) {}
    bool passed() const { return Clock::now() >= end_; }
    // What is left, as poll(2) wants it: rounded up, so that nobody spins through the last
    // millisecond.
    int left_ms() const {
        auto left = std::chrono::ceil<Limit>(end_ - Clock::now()).count();
        return static_cast<int>(std::clamp<Limit::rep>(left, 0, 1'000'000));
    }

private:
    Clock::time_point end_;
};

} // namespace had::test
