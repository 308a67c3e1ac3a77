// The loop and the clock of a scenario: time stands still unless it is told to pass.
#pragma once

#include "had/core/base/types.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

namespace had::test {

class FakeLoop {
public:
    [[nodiscard]] core::TimePoint now() const { return now_; }
    // Seconds since 1970: the first of May 2002, and what has passed.
    [[nodiscard]] std::int64_t wall() const {
        return 1020254400 + std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch()).count();
    }
    void post(std::function<void()> handler) { posted_.push_back(std::move(handler)); }
    void wake_at(std::optional<core::TimePoint> at) { wake_ = at; }
    void sense_at(std::optional<core::TimePoint> at) { sense_ = at; }
    void probe_at(std::optional<core::TimePoint> at) { probe_ = at; }
    void ask_peers_at(std::optional<core::TimePoint> at) { peers_ = at; }

    // Runs what is posted, also what that posts; throws when there is no end of it.  False: nothing was.
    bool run_posted();
    // The next time that was asked for until then; the clock goes there, or to `until`.
    enum class Due : unsigned char { nothing, wake, sense, probe, peers };
    Due advance(core::TimePoint until);
    // Nobody was served meanwhile: what was due is late.
    void sleep(core::Duration time) { now_ += time; }
    // What a process takes with it when it dies.
    void forget();

private:
    core::TimePoint now_{std::chrono::hours(1)};
    std::optional<core::TimePoint> wake_, sense_, probe_, peers_;
    std::deque<std::function<void()>> posted_;
};

} // namespace had::test
