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

// A probe is a value here, a row below, and, when it is read from an interface, a way to read it (sys/card_probe.hpp).
// `presence` is not: it means that the card does not answer at all (slot_watch.hpp).  Nor is `path`: nobody answers
// through the port (core/monitor).
enum class Probe : std::uint8_t { mii, ethtool, presence, path };

struct ProbeKind {
    std::string_view name;                    // to people
    std::string_view cause;                   // of a loss that it has told before the carrier did (doc/protocol.md)
    std::string_view words;                   // the same to people
    bool of_interface = true;
};
inline constexpr std::array<ProbeKind, 4> probe_kinds{{         // as Probe has them, in the order of trying
    {"MII", "transceiver", "MII"},
    {"ethtool", "ethtool", "ethtool"},
    {"presence", "presence", "its card does not answer", false},
    {"path", "path", "its path is dead", false},
}};
constexpr const ProbeKind& probe_kind(Probe probe) { return probe_kinds[static_cast<std::size_t>(probe)]; }
inline std::string_view to_string(Probe probe) { return probe_kind(probe).name; }

inline std::optional<Probe> probe_from(std::string_view name) {
    const auto at = std::find_if(probe_kinds.begin(), probe_kinds.end(),
                                 [&](const ProbeKind& kind) { return kind.name == name; });
    if (at == probe_kinds.end()) return std::nullopt;
    return static_cast<Probe>(at - probe_kinds.begin());
}

// What is tried when this one is of no use.  Nothing: there is no other.
inline std::optional<Probe> probe_after(Probe probe) {
    const auto next = static_cast<std::size_t>(probe) + 1;
    if (next >= probe_kinds.size() || !probe_kinds[next].of_interface) return std::nullopt;
    return static_cast<Probe>(next);
}

struct Reading {
    bool link = false;
    int error = 0;                            // errno, or EIO for registers that hold no answer
    std::string text;                         // the kernel's words for it

    friend bool operator==(const Reading&, const Reading&) = default;
};

} // namespace had::core
