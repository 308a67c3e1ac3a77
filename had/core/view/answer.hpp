// The answer to a command.
#pragma once

#include "had/core/policy/orders.hpp"
#include "had/core/view/view.hpp"

#include <variant>

namespace had::core {

// Why the command is refused.  Or the order that holds now; when none holds, its `text` says so.  Or the slot as it is
// now; empty (SlotView{}) when it has just come and is in no view yet.  Or the alarm, empty when it is over.
using CommandAnswer = std::variant<Refusal, OrderView, SlotView, Alarm>;

} // namespace had::core
