// What runs, as a network that was found.
#pragma once

#include "had/core/world/any_route.hpp"
#include "had/core/world/observed.hpp"
#include "had/draft/found.hpp"

#include <map>
#include <span>
#include <string_view>
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

// To the section of an interface with an address that it is about.
void add(Found& found, const core::AnyRule& rule);

// The sysctls of an interface that somebody may have set: what is not as a new interface has it is written.  Not among
// them is what networkd and NetworkManager set to take router advertisements themselves.
std::span<const std::string_view> drafted_sysctls();

// `usual`: what a new interface has of them.
Found running(const core::Observed& observed, const Routes& routes, const core::Tunables& usual);

} // namespace had::draft
