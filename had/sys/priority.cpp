#include "had/sys/priority.hpp"

#include <cerrno>
#include <sched.h>
#include <sys/resource.h>

namespace had::sys {

namespace {

constexpr int urgent = -10;

int nice_value() {
    return ::getpriority(PRIO_PROCESS, 0);
}

} // namespace

int come_first() {
    if (nice_value() != 0) return 0;
    return ::setpriority(PRIO_PROCESS, 0, urgent) == 0 ? 0 : errno;
}

void be_ordinary() {
    if (nice_value() == urgent) ::setpriority(PRIO_PROCESS, 0, 0);
}

void run_at_once() {
    sched_param first{};
    first.sched_priority = ::sched_get_priority_max(SCHED_FIFO) / 2;
    ::sched_setscheduler(0, SCHED_FIFO, &first);
}

} // namespace had::sys
