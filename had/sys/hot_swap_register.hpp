// The register by which a CompactPCI card reports its handle, and by which that report is masked: HS_CSR in
// the hot-swap capability of its function 0 (PICMG 2.1; drivers/pci/hotplug/cpci_hotplug.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace had::sys {

// As sysfs shows it to root.
using ConfigSpace = std::array<char, 256>;

inline constexpr std::uint8_t hot_swap_inserted = 0x80;       // writing 1 clears it, as it does the next one
inline constexpr std::uint8_t hot_swap_extraction = 0x40;
inline constexpr std::uint8_t hot_swap_enum_masked = 0x02;

// Nothing: the card has no such capability.
std::optional<std::size_t> find_hot_swap_register(const ConfigSpace& config);

} // namespace had::sys
