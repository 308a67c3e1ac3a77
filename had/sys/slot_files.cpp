#include "had/sys/slot_files.hpp"

#include "had/sys/hot_swap_register.hpp"

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

bool SlotFiles::asks(const PciAddress& function) {
    ConfigSpace config{};
    if (!read(root_ / "sys/bus/pci/devices" / to_string(function) / "config", config)) return false;
    const auto at = find_hot_swap_register(config);
    return at && (static_cast<std::uint8_t>(config[*at]) & hot_swap_extraction) != 0;
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
