#include "test/bench/count_allocations.hpp"

#include <cstdlib>
#include <new>

namespace {
std::uint64_t made = 0;
}

std::uint64_t had::test::allocations() { return made; }

void* operator new(std::size_t size) {
    ++made;
    if (void* memory = std::malloc(size ? size : 1)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
