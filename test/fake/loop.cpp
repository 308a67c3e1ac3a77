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

bool FakeLoop::advance_to_wake(core::TimePoint until) {
    if (!wake_ || *wake_ > until) {
        now_ = until;
        return false;
    }
    now_ = std::max(now_, *std::exchange(wake_, std::nullopt));
    return true;
}

void FakeLoop::forget() {
    wake_.reset();
    posted_.clear();
}

} // namespace had::test
