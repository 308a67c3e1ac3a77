// The law of what is kept from one turn to the next: it is what would be derived from nothing.
#pragma once

#include "had/core/view/view.hpp"
#include "had/run/model.hpp"

#include <string>

namespace had::test {

// What is planned of all objects.
core::Plan whole_plan(const Model& model);
// What of the plan is not as that of all objects, at any time.  Empty: it is the same.
std::string unlike_whole_plan(const Model& model);
// Whether a view is not the one that is derived of all objects now.  Requires: it was told at this very time.
bool is_unlike_whole_view(const Model& model, const core::View& view);

} // namespace had::test
