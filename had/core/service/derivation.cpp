#include "had/core/service/derivation.hpp"

#include "had/core/base/duration.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {

Derivation::Derivation(const ServiceFacts& facts, const std::vector<ServiceConfig>& services,
                       const ServiceStates& states, std::vector<Instance> instances, TimePoint now)
    : facts_(facts), services_(services), states_(states), instances_(std::move(instances)), now_(now) {
    for (std::size_t i = 0; i < instances_.size(); ++i) at_.emplace(instances_[i].key, i);
    for (const ServiceConfig& service : services_)
        memberships_.emplace(service.name, membership_of(facts.config, service.name));
}

const Instance* Derivation::instance(const ServiceKey& key) const {
    const auto at = at_.find(key);
    return at == at_.end() ? nullptr : &instances_[at->second];
}

const ServiceState& Derivation::state(const Instance& instance) const { return states_.services.at(instance.key); }

bool Derivation::will_serve(const std::string& service) {
    return std::any_of(instances_.begin(), instances_.end(), [&](const Instance& one) {
        if (one.key.service != service || !one.config) return false;
        const ServiceState& its = state(one);
        return (is_serving(its) || its.phase == Phase::done) && is_wanted(one);
    });
}

bool Derivation::needs_are_up(const Instance& instance) {
    return std::all_of(instance.config->needs.begin(), instance.config->needs.end(), [&](const Need& need) {
        return need.link || std::any_of(instances_.begin(), instances_.end(), [&](const Instance& one) {
            const Phase phase = state(one).phase;
            return one.key.service == need.object && (phase == Phase::up || phase == Phase::done);
        });
    });
}

bool Derivation::needs_hold(const Instance& instance) {
    if (!instance.config || !instance.there) return false;
    const auto [at, fresh] = needs_.try_emplace(instance.key, false);       // what goes in a circle never holds
    if (!fresh) return at->second;
    const ServiceConfig& service = *instance.config;
    const bool met = std::all_of(service.needs.begin(), service.needs.end(), [&](const Need& need) {
        return need.link ? has_carrier(facts_, need.object) : will_serve(need.object);
    });
    return needs_[instance.key] = met && !lacks_names(instance);
}

bool Derivation::lacks_names(const Instance& instance) const {
    const ServiceConfig& service = *instance.config;
    if (!service.has_process()) return !facts_.observed.link(interface_of(facts_, service, instance.key.device));
    return words_for(facts_, service, instance.key.device, runs_of(service)).empty();
}

const GroupOrder* Derivation::order_of(const FailoverConfig& group) const {
    const auto at = facts_.orders.find(group.name);
    return at == facts_.orders.end() ? nullptr : &at->second;
}

bool Derivation::is_held(const Instance& instance) const {
    const auto in = memberships_.find(instance.key.service);
    if (in == memberships_.end() || !in->second.group) return false;
    const GroupOrder* order = order_of(*in->second.group);
    return order && order->held.contains(in->second.member);
}

bool Derivation::is_wanted(const Instance& instance) {
    if (!needs_hold(instance) || is_held(instance)) return false;
    const FailoverConfig* group = memberships_.at(instance.key.service).group;
    return !group || group->together || choice_of(*group).chosen == &instance;
}

bool Derivation::comes_after(const Instance& instance) {
    return std::all_of(instance.config->after.begin(), instance.config->after.end(), [&](const std::string& name) {
        return std::none_of(instances_.begin(), instances_.end(), [&](const Instance& one) {
            const Phase phase = state(one).phase;
            return one.key.service == name && is_wanted(one) && phase != Phase::up && phase != Phase::done;
        });
    });
}

bool Derivation::is_needed_yet(const Instance& instance) const {
    return std::any_of(instances_.begin(), instances_.end(), [&](const Instance& one) {
        if (!one.config) return false;
        const ServiceState& its = state(one);
        const bool undoes = its.phase == Phase::done && !one.config->stop.empty() && one.there;
        return (is_active(its.phase) || undoes) &&
               std::any_of(one.config->needs.begin(), one.config->needs.end(), [&](const Need& need) {
                   return !need.link && need.object == instance.key.service;
               });
    });
}

std::string Derivation::lack(const Instance& instance) {
    if (!instance.config) return {};
    const ServiceConfig& service = *instance.config;
    if (!instance.there) return fmt::format("no device matches {} ([match {}])", service.match, service.match);
    for (const Need& need : service.needs) {
        if (need.link && !has_carrier(facts_, need.object)) return fmt::format("it needs a link of {}", need.object);
        if (!need.link && !will_serve(need.object)) return fmt::format("it needs {}, which is not up", need.object);
    }
    if (lacks_names(instance))
        return !service.interface.empty() ? fmt::format("there is no interface {}", service.interface)
               : service.unit.empty()     ? "what its command names is not there"
                                          : "what its unit names is not there";
    if (!comes_after(instance)) return fmt::format("it comes after {}", fmt::join(service.after, ", "));
    return {};
}

Duration Derivation::settle_of(const Instance& instance) const {
    const FailoverConfig* group = memberships_.at(instance.key.service).group;
    return group && group->settle ? *group->settle : instance.config->settle;
}

} // namespace had::core
