#include "had/core/service/transition.hpp"

#include <algorithm>
#include <utility>

namespace had::core {

namespace {

constexpr unsigned most_doublings = 16;

} // namespace

const ServiceConfig unnamed_service;

void move(ServiceState& state, Phase phase, const ServiceFacts& facts, TimePoint now) {
    if (state.phase == phase) return;
    state.since_date = facts.date;
    state.phase = phase;
    state.since = now;
}

Duration back_off(const ServiceState& state, const ServiceConfig& service) {
    const unsigned doublings = state.failures == 0 ? 0 : std::min(state.failures - 1, most_doublings);
    return std::min(service.retry * (std::int64_t{1} << doublings), service.retry_max);
}

void fail(ServiceState& state, const ServiceConfig& service, std::string why, TimePoint now) {
    ++state.failures;
    state.hold = now + back_off(state, service);
    state.why = std::move(why);
    state.stops_for.clear();
}

} // namespace had::core
