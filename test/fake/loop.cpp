#include "test/fake/loop.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace had::test {

bool FakeLoop::run_posted() {
    if (posted_.empty()) return false;
    constexpr int enough = 1000;
    for (int handlers = 0; !posted_.empty(); ++handlers) {
        if (handlers == enough) throw std::logic_error("what is posted posts more without end");
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
