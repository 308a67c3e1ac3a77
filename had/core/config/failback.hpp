// `failback`: when to go back to what is better.
#pragma once

#include "had/core/base/types.hpp"

#include <cstdint>

namespace had::core {

enum class FailbackKind : std::uint8_t { automatic, never, after };
struct Failback {
    FailbackKind kind = FailbackKind::automatic;
    Duration after{};
    friend bool operator==(const Failback&, const Failback&) = default;
};

class Reader;
class Printer;
void read_failback(const Reader& reader, Failback& failback);
void print_failback(Printer& out, const Failback& failback);

} // namespace had::core
