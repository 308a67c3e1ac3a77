// Memory for the moment in which there is none: the allocation that fails is tried once more with what was
// kept back for it, so that the one that comes at a bad time throws nothing.
//
// Of C++ allocations, which call the new-handler; the C library's own return null, as ever.  One at a time in
// a process.
#pragma once

#include "had/sys/fd.hpp"
#include "had/sys/loop.hpp"

#include <cstddef>
#include <functional>

namespace had::sys {

class MemoryReserve {
public:
    static constexpr std::size_t size = 256 * 1024;

    // `used`: the reserve was needed; called from the loop, which takes a new one.
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
