#include "test/unit/short_memory.hpp"

#include <cstdlib>
#include <new>

namespace {

std::size_t allocations_left = had::test::ShortMemory::no_end, failures_left = 0;

void* take_memory(std::size_t size) {
    if (allocations_left > 0) {
        --allocations_left;
    } else if (failures_left > 0) {
        --failures_left;
        throw std::bad_alloc();
    }
    if (void* at = std::malloc(size)) return at;
    throw std::bad_alloc();
}

} // namespace

void* operator new(std::size_t size) { return take_memory(size); }
void* operator new[](std::size_t size) { return take_memory(size); }
void operator delete(void* at) noexcept { std::free(at); }
void operator delete[](void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }
void operator delete[](void* at, std::size_t) noexcept { std::free(at); }

namespace had::test {

ShortMemory::ShortMemory(std::size_t allocations, std::size_t failures) {
    allocations_left = allocations;
    failures_left = failures;
}

ShortMemory::~ShortMemory() {
    allocations_left = no_end;
    failures_left = 0;
}

std::size_t ShortMemory::allocations() const { return allocations_left; }
std::size_t ShortMemory::failures() const { return failures_left; }

} // namespace had::test
