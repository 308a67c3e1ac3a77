#include "had/readiness.hpp"

#include "had/sys/clock.hpp"
#include "had/sys/log.hpp"
#include "had/sys/notify.hpp"

namespace had {
namespace {

// How long turns may fail before the service manager is left to end the daemon.
constexpr core::Duration failing_most = std::chrono::minutes(1);

} // namespace

bool Readiness::check() {
    if (ready_) return true;
    const auto trouble = reconciler_.bonds_trouble();
    if (!trouble) return true;
    ready_ = true;
    if (trouble->empty()) sys::notify("READY=1");
    else sys::log(core::NoticeLevel::error, *trouble);
    return trouble->empty();
}

void Readiness::begin_reload() const {
    if (ready_) sys::notify("RELOADING=1");
}

void Readiness::end_reload() const {
    if (ready_) sys::notify("READY=1");
}

void Readiness::feed_watchdog() {
    const auto interval = sys::watchdog_interval();
    if (!interval) return;
    const auto failing = reconciler_.failing_since();
    if (!failing || sys::steady_now() - *failing < failing_most) sys::notify("WATCHDOG=1");
    watchdog_ = loop_.after(*interval, [this] { feed_watchdog(); });
}

} // namespace had
