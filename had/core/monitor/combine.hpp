// What several monitors of a bond say together: which ports are left, and what a fault file tells.
#pragma once

#include "had/core/monitor/judgement.hpp"

#include <optional>
#include <span>

namespace had::core {

struct Judged {
    const MonitorConfig* by = nullptr;        // never null
    Judgement judgement;                      // of an interface as a whole: with one finding, of that interface
};

struct PathDoubt {
    bool believed = false;
    std::string monitor, text;

    friend bool operator==(const PathDoubt&, const PathDoubt&) = default;
};

struct PathVerdict {
    std::vector<std::optional<PathDoubt>> doubts;        // of the ports that were asked for
    std::string contradiction;                // every port is doubted, so none is; else empty

    friend bool operator==(const PathVerdict&, const PathVerdict&) = default;
};

// `ports`: those of the bond that have a carrier.  Each monitor whose action is demote or fault suffices; of two the
// believed one is told, else the first.  When each port is doubted none is: monitors that contradict each other must
// not leave the bond without a port.
PathVerdict combine(std::span<const Ifindex> ports, std::span<const Judged> judged);

// Whether the interface is at fault by the monitors whose action is fault; one that finds a good path denies it.  A
// far end that is dead says nothing as long as the ports hear each other: another host would not reach it either.
// Nothing: not known, so that the file stays as it is.
std::optional<bool> fault(std::span<const Judged> judged);

} // namespace had::core
