#include "had/sys/memory_reserve.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <system_error>
#include <tuple>
#include <utility>

namespace had::sys {
namespace {

// What a new-handler can see.
void* reserve = nullptr;
int bell = -1;

void give_back() {
    if (!reserve) throw std::bad_alloc();
    std::free(std::exchange(reserve, nullptr));
    const std::uint64_t one = 1;
    std::ignore = ::write(bell, &one, sizeof one);
}

} // namespace

MemoryReserve::MemoryReserve(Loop& loop, std::function<void()> used)
    : loop_(loop), used_(std::move(used)), bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!bell_) throw std::system_error(errno, std::generic_category(), "eventfd");
    watch_ = loop.on_readable(bell_.get(), [this] { heard(); });
    bell = bell_.get();
    reserve = std::malloc(size);
    std::set_new_handler(give_back);
}

MemoryReserve::~MemoryReserve() {
    std::set_new_handler(nullptr);
    std::free(std::exchange(reserve, nullptr));
}

// While there is none it is asked for once a second.
void MemoryReserve::heard() {
    std::uint64_t times = 0;
    if (::read(bell_.get(), &times, sizeof times) > 0) used_();
    if (!reserve) reserve = std::malloc(size);
    if (!reserve) again_ = loop_.after(std::chrono::seconds(1), [this] { heard(); });
}

} // namespace had::sys
