// A view whose parts are kept from one to the next, but for those that something has touched.
#pragma once

#include "had/core/plan/plan.hpp"
#include "had/core/view/view.hpp"

#include <map>
#include <string>
#include <string_view>

namespace had::core {

struct KeptView {
    View view;
    // Who is looked at again for the next one, whatever happens: the plan says something of them, or time may change
    // how they are shown.
    Worklist again;
    std::map<PortName, std::string> mac_conflicts;
};

// What derive_view() makes of them.  `touched`: who may be another since `before` was made; all: nothing of it is used.
KeptView derive_view(const Situation& situation, const Plan& plan, std::string_view event_source,
                     const KeptView& before, const Worklist& touched);

} // namespace had::core
