// A kernel of which a call fails in no way that had could expect, and what the daemon's loop makes of it.
#include "test/scenario/stage.hpp"

#include <exception>
#include <fmt/format.h>
#include <utility>

namespace had::test {

using namespace core;

namespace {

constexpr Duration recovery_delay = std::chrono::seconds(1);  // as the daemon has it
// Longer than all that is tried again, or waited for, when one failure comes to the scenario's own.
constexpr Duration long_enough = std::chrono::seconds(16);

} // namespace

void Stage::fail_at(Call call, std::function<void()> fail) {
    fail_at_ = std::move(call);
    fail_ = std::move(fail);
}

void Stage::count_call(std::string_view name) {
    const unsigned number = ++calls_[std::string(name)];
    if (name != fail_at_.name || number != fail_at_.number) return;
    failed_ = true;
    fail_();
}

// What leaves a handler is told by the loop, which goes on and has all read anew a second later.
bool Stage::guarded(const std::function<bool()>& handler) try {
    return handler();
} catch (const std::exception& e) {
    if (!failed_) throw;
    write(fmt::format("  unexpected: {}", e.what()));
    recovery_ = loop_.now() + recovery_delay;
    return true;
}

bool Stage::recover() {
    if (!recovery_ || loop_.now() < *recovery_) return false;
    recovery_.reset();
    guarded([this] { return kernel_.resync(), true; });
    return true;
}

void Stage::rest() {
    wait(long_enough);
    failed_ = false;
    settle();
}

void Stage::force() {
    if (!had_) return;
    reload(file_, true);
    rest();
}

std::string Stage::wanted() const {
    std::string lines;
    if (had_)
        for (const Action& action : had_->model().plan_now().actions)
            lines += fmt::format("wanted: {}\n", to_string(action.operation));
    return lines;
}

} // namespace had::test
