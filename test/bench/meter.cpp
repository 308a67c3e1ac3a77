#include "test/bench/meter.hpp"

#include "test/bench/count_allocations.hpp"

#include <ctime>

extern "C" {
// Not to be folded into one, nor left out.
[[gnu::noinline]] void had_bench_begins() { asm volatile("# begins" ::: "memory"); }
[[gnu::noinline]] void had_bench_ends() { asm volatile("# ends" ::: "memory"); }
}

namespace had::test {
namespace {

double now_us() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

} // namespace

Meter::Meter() : allocations_(allocations()), us_(now_us()) { had_bench_begins(); }

Cost Meter::read() const {
    had_bench_ends();
    return {now_us() - us_, allocations() - allocations_};
}

} // namespace had::test
