#include "had/sys/clock_watch.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <limits>
#include <system_error>

namespace had::sys {

ClockWatch::ClockWatch(Loop& loop, Handler handler)
    : timer_(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)) {
    if (!timer_) throw std::system_error(errno, std::generic_category(), "timer that watches the clock");
    arm();
    watch_ = loop.on_readable(timer_.get(), [this, handler = std::move(handler)] {
        std::uint64_t expirations = 0;
        const auto n = ::read(timer_.get(), &expirations, sizeof expirations);
        if (n < 0 && errno != ECANCELED) return;
        arm();
        handler();
    });
}

// It never expires, and is cancelled whenever the clock is set (timerfd_create(2)).
void ClockWatch::arm() {
    itimerspec never{};
    never.it_value.tv_sec = std::numeric_limits<std::int32_t>::max();
    constexpr int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
    if (::timerfd_settime(timer_.get(), flags, &never, nullptr) < 0 && errno != ECANCELED)
        throw std::system_error(errno, std::generic_category(), "cannot watch the clock");
}

} // namespace had::sys
