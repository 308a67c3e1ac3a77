#include "test/fake/loop.hpp"

#include <algorithm>
#include <utility>

namespace had::test {

bool FakeLoop::run_posted() {
    if (posted_.empty()) return false;
    while (!posted_.empty()) {
        const auto handler = std::move(posted_.front());
        posted_.pop_front();
        handler();
    }
    return true;
}

FakeLoop::Due FakeLoop::advance(core::TimePoint until) {
    const bool sense_first = sense_ && (!wake_ || *sense_ < *wake_);
    std::optional<core::TimePoint>& next = sense_first ? sense_ : wake_;
    if (!next || *next > until) {
        now_ = until;
        return Due::nothing;
    }
    now_ = std::max(now_, *std::exchange(next, std::nullopt));
    return sense_first ? Due::sense : Due::wake;
}

void FakeLoop::forget() {
    wake_.reset();
    sense_.reset();
    posted_.clear();
}

} // namespace had::test
