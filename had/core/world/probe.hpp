// A reading of the card itself: by what, and with which result.  sensing.hpp says which probe is used, when, and
// whether it is believed.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace had::core {

// `presence` is not read from an interface: it means that the card does not answer at all (slot_watch.hpp).
enum class Probe : std::uint8_t { mii, ethtool, presence };
inline constexpr std::array<std::string_view, 3> probe_names{"MII", "ethtool", "presence"};
inline std::string_view to_string(Probe probe) { return probe_names[static_cast<std::size_t>(probe)]; }

inline std::optional<Probe> probe_from(std::string_view name) {
    const auto at = std::find(probe_names.begin(), probe_names.end(), name);
    if (at == probe_names.end()) return std::nullopt;
    return static_cast<Probe>(at - probe_names.begin());
}

struct Reading {
    bool link = false;
    int error = 0;                            // errno, or EIO for registers that hold no answer
    std::string text;                         // the kernel's words for it

    friend bool operator==(const Reading&, const Reading&) = default;
};

} // namespace had::core
