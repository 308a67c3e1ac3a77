#include "had/sys/slot_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace had::sys {

using namespace core;

// All that was asked for, from the beginning of the file.
bool SlotFiles::read(const std::filesystem::path& file, std::span<char> into) {
    UniqueFd& fd = open_[file];
    for (int tries = 0; tries < 2; ++tries) {
        if (!fd) fd.reset(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
        if (!fd) break;
        if (::pread(fd.get(), into.data(), into.size(), 0) == static_cast<ssize_t>(into.size())) return true;
        fd.reset();
    }
    open_.erase(file);
    return false;
}

std::optional<bool> SlotFiles::flag(const std::filesystem::path& file) {
    char digit = 0;
    if (!read(file, {&digit, 1})) return std::nullopt;
    return digit != '0';
}

// Read twice: a single answer may have been lost on its way.
bool SlotFiles::is_silent(const PciAddress& function) {
    const auto file = root_ / "sys/bus/pci/devices" / to_string(function) / "config";
    constexpr std::array<char, 4> nobody{'\xff', '\xff', '\xff', '\xff'};
    std::array<char, 4> id{};
    return read(file, id) && id == nobody && read(file, id) && id == nobody;
}

// The extraction bit of HS_CSR, in the hot-swap capability (drivers/pci/hotplug/cpci_hotplug.h).
bool SlotFiles::asks(const PciAddress& function) {
    constexpr std::uint8_t hot_swap = 0x06, extraction = 0x40;
    constexpr std::size_t status_at = 0x06, list_at = 0x34, first_at = 0x40;
    std::array<char, 256> config{};
    if (!read(root_ / "sys/bus/pci/devices" / to_string(function) / "config", config)) return false;
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(config[at]); };
    if ((byte(status_at) & 0x10) == 0) return false;          // it has no capabilities
    std::size_t at = byte(list_at) & ~3u;
    for (int steps = 0; at >= first_at && steps < 48; ++steps, at = byte(at + 1) & ~3u)
        if (byte(at) == hot_swap) return (byte(at + 2) & extraction) != 0;
    return false;
}

std::optional<SlotState> SlotFiles::look(const SlotLook& slot) {
    const auto directory = root_ / "sys/bus/pci/slots" / slot.slot;
    // In this order: a card that comes closes its latch before it is there (cpci_hotplug_core.c check_slots).
    const auto adapter = flag(directory / "adapter"), latched = flag(directory / "latch");
    if (!latched || !adapter) return std::nullopt;
    SlotState state{*latched, *adapter, slot.function && is_silent(*slot.function)};
    if (!slot.unattended) return state;
    state.asks = slot.function && !state.silent && asks(*slot.function);
    state.lit = flag(directory / "attention").value_or(false);
    return state;
}

} // namespace had::sys
