// Somebody changes, one by one, all that the daemon has set.
#pragma once

#include "had/core/action/owned.hpp"
#include "had/core/config/config.hpp"
#include "had/core/world/observed.hpp"
#include "test/fake/fake_kernel.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace had::test {

struct ForeignChange {
    std::string text;                         // "bond0: mtu"
    std::function<core::ActionResult(FakeNet&)> make;
    bool of_ranks = false;                    // it is about each port's place in the kernel's order
};

// Of all that this file names, that is there and that the daemon has made: links, members, options, addresses, routes.
std::vector<ForeignChange> foreign_changes(const core::Config& config, const core::Owned& owned,
                                           const core::Observed& observed);

// What the kernel has of it, a line each: without what changes by itself, with names instead of indexes.
std::set<std::string> what_is_set(const core::Config& config, const core::Owned& owned, const core::Observed& observed,
                                  bool ranks);

} // namespace had::test
