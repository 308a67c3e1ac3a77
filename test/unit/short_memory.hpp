// A memory that runs short: the test program's allocations are counted, and those in question fail.
#pragma once

#include <cstddef>
#include <limits>

namespace had::test {

// After so many allocations so many fail, until this ends.  One at a time.
class ShortMemory {
public:
    static constexpr std::size_t no_end = std::numeric_limits<std::size_t>::max();

    explicit ShortMemory(std::size_t allocations, std::size_t failures = no_end);
    ShortMemory(const ShortMemory&) = delete;
    ShortMemory& operator=(const ShortMemory&) = delete;
    ~ShortMemory();

    // Until the next fails, and that are still to fail.
    [[nodiscard]] std::size_t allocations() const;
    [[nodiscard]] std::size_t failures() const;
};

} // namespace had::test
