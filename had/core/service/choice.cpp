// Which member of a group runs: the first that can, in the file's order; and when a better one takes its place back.
//
// It is never "the next": A, B, A, B would wear out a line that is dead.  Back-off does the turns: who has failed is
// not eligible for a while.  Who runs is left alone until it fails, an operator says so, or a better one has proven
// itself as long as `failback` asks.  The proof is gapless: one probe that fails, a need that is lost, or back-off, and
// the time begins anew.  So a line that heals for less than that, however often, never takes the traffic; and one that
// stays well always does.
#include "had/core/service/derivation.hpp"

#include "had/core/base/duration.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {

namespace {

constexpr unsigned day = 24 * 60;

} // namespace

// A member of several devices has the first of them.
std::vector<const Instance*> Derivation::members_of(const FailoverConfig& group) const {
    std::vector<const Instance*> members;
    for (const std::string& name : group.members) {
        const auto service = facts_.config.service_of(name);
        const auto busy = std::find_if(instances_.begin(), instances_.end(), [&](const Instance& one) {
            return one.config && one.key.service == service && is_active(state(one).phase);
        });
        const auto first = std::find_if(instances_.begin(), instances_.end(), [&](const Instance& one) {
            return one.config && one.key.service == service && one.there;
        });
        if (busy != instances_.end()) members.push_back(&*busy);
        else if (first != instances_.end()) members.push_back(&*first);
    }
    return members;
}

bool Derivation::is_eligible(const Instance& member) {
    const ServiceState& its = state(member);
    if (!needs_hold(member) || is_held(member) || its.phase == Phase::stopping) return false;
    if (its.hold && now_ < *its.hold) {
        earlier(next_, *its.hold);
        return false;
    }
    return true;
}

bool Derivation::is_window(const GroupFailback& failback) {
    const unsigned length = (failback.to + day - failback.from) % day;
    const unsigned into = (facts_.minute + day - failback.from) % day;
    const unsigned left = into < length ? length - into : day - into;       // until it ends, or begins
    earlier(next_, now_ + std::chrono::minutes(std::min(left, 15U)));         // the clock may be set meanwhile
    return into < length;
}

bool Derivation::is_proven(const FailoverConfig& group, const Instance& member) {
    const ServiceState& its = state(member);
    if (group.failback.kind == ReturnKind::never || !its.good_since) return false;
    const bool within = group.failback.kind == ReturnKind::within;
    if (within && !is_window(group.failback)) return false;
    const TimePoint due = *its.good_since + (within ? settle_of(member) : group.failback.after);
    if (now_ < due) earlier(next_, due);
    return now_ >= due && !its.probing;       // one that has not been answered yet may be the gap
}

const Derivation::Choice& Derivation::choice_of(const FailoverConfig& group) {
    const auto at = choices_.find(group.name);
    if (at != choices_.end()) return at->second;
    choices_.emplace(group.name, Choice{});   // groups that wait for each other: none of them
    return choices_[group.name] = choose(group);
}

Derivation::Choice Derivation::choose(const FailoverConfig& group) {
    std::vector<const Instance*> members = members_of(group);
    const GroupOrder* order = order_of(group);
    const auto is_used = [&](const Instance* one) {
        return order && !order->use.empty() && facts_.config.service_of(order->use) == one->key.service;
    };
    std::stable_partition(members.begin(), members.end(), is_used);
    const auto runs = [&](const Instance* one) {
        const Phase phase = state(*one).phase;
        return phase == Phase::starting || phase == Phase::up;
    };
    // Of two that run, as after a restart with another file, the better one stays.
    const auto current = std::find_if(members.begin(), members.end(), [&](const Instance* one) {
        return runs(one) && needs_hold(*one) && !is_held(*one);
    });
    const bool ends = std::any_of(members.begin(), members.end(), [&](const Instance* one) {
        return one != (current == members.end() ? nullptr : *current) && is_active(state(*one).phase);
    });
    if (current == members.end()) {
        if (ends) return {};                  // break before make
        const auto first = std::find_if(members.begin(), members.end(),
                                        [&](const Instance* one) { return is_eligible(*one); });
        return first == members.end() ? Choice{} : Choice{*first, "", is_used(*first)};
    }
    // At a start the link of the best one may be heard last.
    const auto served = states_.groups.find(group.name);
    const bool fresh = (served == states_.groups.end() || served->second.since_date.empty()) &&
                       state(**current).phase == Phase::starting && !state(**current).adopted;
    for (auto better = members.begin(); better != current; ++better) {
        if (!is_eligible(**better)) continue;
        if (fresh && state(**better).failures == 0)
            return {*better, fmt::format("{} can serve", memberships_.at((*better)->key.service).member), false};
        if (is_used(*better)) return {*better, fmt::format("{} is to serve, by order", order->use), true};
        if (is_used(*current) || !is_proven(group, **better)) continue;
        return {*better, fmt::format("failback: {} has proven itself", memberships_.at((*better)->key.service).member),
                false};
    }
    return {*current, "", is_used(*current)};
}

const Instance* Derivation::active_beside(const Instance& instance) const {
    const auto in = memberships_.find(instance.key.service);
    if (in == memberships_.end() || !in->second.group || in->second.group->together) return nullptr;
    const auto at = std::find_if(instances_.begin(), instances_.end(), [&](const Instance& one) {
        const auto other = memberships_.find(one.key.service);
        return one.key != instance.key && other != memberships_.end() && other->second.group == in->second.group &&
               is_active(state(one).phase);
    });
    return at == instances_.end() ? nullptr : &*at;
}

bool Derivation::has_room(const Instance& instance) const { return !active_beside(instance); }

std::string Derivation::delay(const Instance& instance) {
    const auto unknown = [](std::string_view name) {
        return fmt::format("nobody has said yet whether {} still runs", name);
    };
    for (const Instance& one : instances_) {
        const auto& needs = instance.config ? instance.config->needs : std::vector<Need>{};
        const bool needed = std::any_of(needs.begin(), needs.end(), [&](const Need& need) {
            return !need.link && need.object == one.key.service;
        });
        if (needed && state(one).unseen && is_active(state(one).phase)) return unknown(one.key.service);
    }
    if (const Instance* other = active_beside(instance)) {
        const std::string& name = memberships_.at(other->key.service).member;
        if (state(*other).unseen) return unknown(name);
        if (state(*other).phase == Phase::stopping) return fmt::format("{} ends first", name);
    }
    const Instance* chosen = chosen_beside(instance);
    if (!chosen || chosen == &instance) return {};
    return fmt::format("{} serves", memberships_.at(chosen->key.service).member);
}

const Instance* Derivation::chosen_beside(const Instance& instance) {
    const auto in = memberships_.find(instance.key.service);
    if (in == memberships_.end() || !in->second.group || in->second.group->together) return nullptr;
    return choice_of(*in->second.group).chosen;
}

std::string Derivation::why_not_chosen(const Instance& instance) const {
    const auto in = memberships_.find(instance.key.service);
    if (in == memberships_.end() || !in->second.group) return {};
    const auto at = choices_.find(in->second.group->name);
    return at == choices_.end() ? std::string() : at->second.why;
}

bool Derivation::is_asked(const Instance& instance) {
    const auto in = memberships_.find(instance.key.service);
    if (in == memberships_.end() || !in->second.group || in->second.group->together) return false;
    const FailoverConfig& group = *in->second.group;
    if (group.failback.kind == ReturnKind::never || !instance.config || instance.config->probe.empty()) return false;
    const Choice& choice = choice_of(group);
    if (!choice.chosen || choice.by_order || choice.chosen == &instance) return false;
    if (is_active(state(instance).phase)) return false;
    const auto members = members_of(group);
    const auto here = std::find(members.begin(), members.end(), &instance);
    const auto there = std::find(members.begin(), members.end(), choice.chosen);
    return here < there && here != members.end() && is_eligible(instance);
}

} // namespace had::core
