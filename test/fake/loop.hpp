// The loop and the clock of a scenario: time stands still unless it is told to pass.
#pragma once

#include "had/core/types.hpp"

#include <deque>
#include <functional>
#include <optional>

namespace had::test {

class FakeLoop {
public:
    [[nodiscard]] core::TimePoint now() const { return now_; }
    void post(std::function<void()> handler) { posted_.push_back(std::move(handler)); }
    void wake_at(std::optional<core::TimePoint> at) { wake_ = at; }
    void sense_at(std::optional<core::TimePoint> at) { sense_ = at; }

    // Runs what is posted, also what that posts.  False: nothing was.
    bool run_posted();
    // The next time that was asked for until then; the clock goes there, or to `until`.
    enum class Due : unsigned char { nothing, wake, sense };
    Due advance(core::TimePoint until);
    // What a process takes with it when it dies.
    void forget();

private:
    core::TimePoint now_{std::chrono::hours(1)};
    std::optional<core::TimePoint> wake_, sense_;
    std::deque<std::function<void()>> posted_;
};

} // namespace had::test
