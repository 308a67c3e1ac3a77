// What libFuzzer calls, in a program that has one target.  A law that is broken, or an exception that leaves
// a target, ends the program where it was thrown, with its stack.
#include "test/fuzz/target.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    had::test::targets().front().run({reinterpret_cast<const char*>(data), size});
    return 0;
}
