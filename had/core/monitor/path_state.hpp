// What the monitors of each watched interface have found, for plan and view.
#pragma once

#include "had/core/monitor/judgement.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace had::core {

struct MonitorState {
    std::string monitor;                      // its name in had.conf
    Judgement judgement;

    [[nodiscard]] const Finding* of(Ifindex port) const {
        const auto at = std::find_if(judgement.ports.begin(), judgement.ports.end(),
                                     [&](const Finding& one) { return one.port == port; });
        return at == judgement.ports.end() ? nullptr : &*at;
    }
    friend bool operator==(const MonitorState&, const MonitorState&) = default;
};

// By the watched interface, a bond for example; in the order of its `monitor`.
using PathStates = std::map<std::string, std::vector<MonitorState>, std::less<>>;

} // namespace had::core
