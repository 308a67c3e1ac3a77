// From one phase to the next, and what a failure costs.
#pragma once

#include "had/core/service/step.hpp"

#include <string>

namespace had::core {

// For what the file does not name any more.
extern const ServiceConfig unnamed_service;

// These leave the state as it was when they throw.
void move(ServiceState& state, Phase phase, const ServiceFacts& facts, TimePoint now);
// One more failure in a row, and the wait that it costs.
void fail(ServiceState& state, const ServiceConfig& service, std::string why, TimePoint now);
// How long a service that has failed is left alone: each failure in a row doubles it.
Duration back_off(const ServiceState& state, const ServiceConfig& service);
// Which member of each group serves, for people.
void name_active_members(const ServiceFacts& facts, ServiceStates& states);

} // namespace had::core
