// What a command is answered with.
#pragma once

#include "had/core/policy/orders.hpp"
#include "had/core/view/view.hpp"

#include <variant>

namespace had::core {

// Why not; or the order that holds now, of which `text` says so when none does; or the slot as it is now, empty
// (SlotView{}) when it came a moment ago and is in no view yet.
using CommandAnswer = std::variant<Refusal, OrderView, SlotView>;

} // namespace had::core
