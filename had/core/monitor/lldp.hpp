// What a switch says of itself to its neighbours: LLDP (IEEE 802.1AB).  Heard, never sent.
//
// All of it is text from elsewhere, so it is made safe to print, and cut to a length that fits a line.
#pragma once

#include "had/core/base/types.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace had::core {

inline constexpr std::uint16_t lldp_protocol = 0x88cc;
// The nearest bridge: no bridge passes it on (IEEE 802.1AB, 7.1).
inline constexpr Mac lldp_address{{0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e}};

struct LldpWord {
    std::string system = {}, port = {};       // "sw1", "Gi0/1"; the chassis' id where it has no name
    std::chrono::seconds lasts{};             // so long it holds; 0: no more

    friend bool operator==(const LldpWord&, const LldpWord&) = default;
};

// Behind the Ethernet header.  Nothing: it is not whole, or lacks what each must have.
std::optional<LldpWord> lldp_from(std::span<const std::uint8_t> payload);

} // namespace had::core
