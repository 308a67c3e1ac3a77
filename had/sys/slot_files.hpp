// Looks at slots that announce nothing: the files `latch` and `adapter`, and a card's vendor id.
//
// It happens twenty times a second, so every file is opened once and then read with one call; sysfs
// makes the answer anew for each read.  A file whose device has gone answers ENODEV for ever, even when another
// device has its name: so it is then opened again.
#pragma once

#include "had/core/base/pci.hpp"
#include "had/sys/fd.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace had::sys {

class SlotFiles {
public:
    explicit SlotFiles(std::filesystem::path root = "/") : root_(std::move(root)) {}     // above sys

    // Nothing: there is no such slot.  A card that goes while it is looked at does not count as silent.
    std::optional<core::SlotState> look(const core::SlotLook& slot);

private:
    std::optional<bool> flag(const std::filesystem::path& file);
    bool is_silent(const core::PciAddress& function);
    bool asks(const core::PciAddress& function);
    bool read(const std::filesystem::path& file, std::span<char> into);

    std::filesystem::path root_;
    std::map<std::string, UniqueFd> open_;
};

} // namespace had::sys
