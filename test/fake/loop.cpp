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
    const std::pair<std::optional<core::TimePoint>*, Due> timers[] = {
        {&wake_, Due::wake}, {&sense_, Due::sense}, {&probe_, Due::probe}, {&peers_, Due::peers}};
    std::optional<core::TimePoint>* next = nullptr;
    Due due = Due::nothing;
    for (const auto& [at, what] : timers)
        if (*at && **at <= until && (!next || **at < **next)) next = at, due = what;
    now_ = next ? std::max(now_, *std::exchange(*next, std::nullopt)) : until;
    return due;
}

void FakeLoop::forget() {
    wake_.reset();
    sense_.reset();
    probe_.reset();
    peers_.reset();
    posted_.clear();
}

} // namespace had::test
