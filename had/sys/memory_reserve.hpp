// Memory for the moment in which there is none: when an allocation fails, the reserve is freed and the
// allocation tried once more, so that it does not throw at a bad time.
//
// For C++ allocations, which call the new-handler; the C library's own return null as ever.  A process has one
// reserve at a time.
#pragma once

#include "had/sys/fd.hpp"
#include "had/sys/loop.hpp"

#include <cstddef>
#include <functional>

namespace had::sys {

class MemoryReserve {
public:
    static constexpr std::size_t size = 256 * 1024;

    // `used` is called from the loop after the reserve was needed; the loop takes a new one.
    MemoryReserve(Loop& loop, std::function<void()> used);
    ~MemoryReserve();
    MemoryReserve(const MemoryReserve&) = delete;
    MemoryReserve& operator=(const MemoryReserve&) = delete;

private:
    void heard();

    Loop& loop_;
    std::function<void()> used_;
    UniqueFd bell_;
    Watch watch_;
    Timer again_;
};

} // namespace had::sys
