// How often this program has allocated memory through `new`.
#pragma once

#include <cstdint>

namespace had::test {

std::uint64_t allocations();

} // namespace had::test
