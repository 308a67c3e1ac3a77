// What an order would lead to, before anybody gives it: nothing is kept, told or done.
#pragma once

#include "had/core/plan/plan.hpp"
#include "had/core/policy/command.hpp"
#include "had/core/policy/orders.hpp"
#include "had/run/model.hpp"

#include <variant>

namespace had {

// Of Offline and Activate; the others have no plan, and give the present one.  The refusal is that of the order
// itself.  What follows only when the first actions are done is not in it: a card's ports go first, then its drivers.
std::variant<core::Refusal, core::Plan> foresee(const Model& model, const core::Command& command);

} // namespace had
