// What runs, as a network that was found.
#pragma once

#include "had/core/world/any_route.hpp"
#include "had/core/world/observed.hpp"
#include "had/draft/found.hpp"

#include <map>
#include <vector>

namespace had::draft {

// The routes of the machine, without those that somebody makes all the time.
class Routes {
public:
    void restart();
    void tell(core::AnyRoute route);
    // Those of the other family.
    void add(Routes other);

    std::vector<core::AnyRoute> kept;
    std::map<std::uint8_t, std::size_t> by_protocol;          // left out, of daemons that make them
    std::size_t too_many = 0;
};

Found running(const core::Observed& observed, const Routes& routes);

} // namespace had::draft
