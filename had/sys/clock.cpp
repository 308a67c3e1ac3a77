#include "had/sys/clock.hpp"

#include <ctime>
#include <fmt/chrono.h>
#include <fstream>

namespace had::sys {

using namespace std::chrono;

core::TimePoint steady_now() {
    return time_point_cast<core::Duration>(steady_clock::now());
}

std::string to_rfc3339(system_clock::time_point time) {
    const auto second = floor<seconds>(time);
    const auto micros = duration_cast<microseconds>(time - second).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(system_clock::to_time_t(second)),
                       micros);
}

std::string wall_now() {
    return to_rfc3339(system_clock::now());
}

core::Duration uptime() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return duration_cast<core::Duration>(seconds(now.tv_sec) + nanoseconds(now.tv_nsec));
}

const std::string& boot_id() {
    static const std::string id = [] {
        std::string line;
        std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), line);
        return line;
    }();
    return id;
}

std::int64_t wall_seconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

} // namespace had::sys
