// Values drawn from the bytes of an input, in order.  When they are used up, every value is 0, or the first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace had::test {

class Draw {
public:
    explicit Draw(std::string_view bytes) : left_(bytes) {}

    [[nodiscard]] bool empty() const { return left_.empty(); }

    std::uint8_t byte() {
        if (left_.empty()) return 0;
        const auto value = static_cast<std::uint8_t>(left_.front());
        left_.remove_prefix(1);
        return value;
    }
    bool flag() { return (byte() & 1) != 0; }
    // 0 to n - 1, of a byte: n is at most 256.
    unsigned below(unsigned n) { return byte() % n; }
    bool one_in(unsigned n) { return below(n) == n - 1; }

    template <class T>
    T number() {
        static_assert(std::is_integral_v<T>);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) value |= std::uint64_t{byte()} << (8 * i);
        return static_cast<T>(value);
    }
    template <class List>
    const auto& one_of(const List& list) {
        return *(std::begin(list) + below(static_cast<unsigned>(std::size(list))));
    }
    // Any bytes, after a byte that says how many.
    std::string text(std::size_t most = 255) {
        const std::size_t size = std::min({std::size_t{byte()}, most, left_.size()});
        const std::string value(left_.substr(0, size));
        left_.remove_prefix(size);
        return value;
    }
    std::string_view rest() { return std::exchange(left_, {}); }

private:
    std::string_view left_;
};

} // namespace had::test
