#include "had/run/foresight.hpp"

#include "had/core/policy/extraction.hpp"
#include "had/core/policy/failover.hpp"
#include "had/run/extraction.hpp"

#include <map>
#include <optional>

namespace had {

using namespace core;

namespace {

constexpr const char* who = "an operator";
// The younger of two orders is the one that waits.
constexpr const char* last_of_all = "9999-12-31T23:59:59Z";

struct Then {
    Orders orders;
    std::map<Ifindex, Standing> standings;
};

// Each changes what would be changed by the order, or says why that is not taken.
std::optional<Refusal> give(const Model& model, const command::Offline& asked, Then& then) {
    const Situation now = model.situation();
    if (auto refusal = objection_to_slot(now, asked.slot)) return refusal;
    if (now.chassis.slots.at(asked.slot).functions.empty()) return std::nullopt;
    if (const std::string hanging = hanging_by(now, asked); !hanging.empty()) return not_let_go(asked.slot, hanging);
    then.orders.offline[asked.slot] = {
        .force = asked.force, .kernel = switch_of(now, asked.slot), .by = who, .since = last_of_all};
    then.orders.online.erase(asked.slot);
    return std::nullopt;
}

std::optional<Refusal> give(const Model& model, const command::Activate& asked, Then& then) {
    const Situation now = model.situation();
    if (auto refusal = objection_to_activate(now, asked.bond, asked.port)) return refusal;
    const Ifindex index = now.chassis.resolve(asked.port, now.observed);
    then.orders.active[asked.bond] = {.port = lasting_name(now, index), .by = who, .since = last_of_all};
    then.standings.at(index).earned = true;   // the operator would vouch for it
    return std::nullopt;
}

template <class C>
std::optional<Refusal> give(const Model&, const C&, Then&) {
    return std::nullopt;
}

} // namespace

std::variant<Refusal, Plan> foresee(const Model& model, const Command& command) {
    Then then{model.orders, model.standings};
    auto refusal = std::visit([&](const auto& c) { return give(model, c, then); }, command);
    if (refusal) return *std::move(refusal);
    const Situation now = model.situation(then.orders);
    return plan({.config = now.config, .file = now.file, .table = now.table, .chassis = now.chassis,
                 .observed = now.observed, .owned = now.owned, .orders = now.orders, .models = now.models,
                 .attempts = now.attempts, .standings = then.standings, .machine_id = now.machine_id,
                 .now = now.now, .ahead = true, .force = now.force, .paths = now.paths,
                 .neighbours = now.neighbours, .losses = now.losses, .services = now.services,
                 .devices = now.devices, .peers = now.peers});
}

} // namespace had
