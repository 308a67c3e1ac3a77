#include "had/core/policy/orders.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace had::core {

const ActivateOrder* Orders::of_bond(const std::string& bond) const {
    auto at = active.find(bond);
    return at == active.end() ? nullptr : &at->second;
}

std::string OfflineOrder::reason() const {
    return by == by_handle ? "its handle is opened" : by + " orders it offline";
}

std::string DomainOrder::reason() const {
    return fmt::format("{} {} its domain", by, take ? "takes" : "releases");
}

const DomainOrder* Orders::release_of(const Config& config, const SlotName& slot) const {
    if (domains.empty()) return nullptr;
    const auto at = domains.find(std::string(config.domain_of(slot)));
    return at == domains.end() || at->second.take ? nullptr : &at->second;
}

void Orders::apply_to(Config& config) const {
    for (const auto& [domain, order] : domains)
        if (!config.has_domain(domain)) config.had.domains.push_back(domain);
}

const OfflineOrder* Orders::of_slot(const SlotName& slot) const {
    auto at = offline.find(slot);
    return at == offline.end() ? nullptr : &at->second;
}

Orders::Dropped Orders::prune(const Config& config) {
    Dropped dropped;
    std::erase_if(active, [&](const auto& entry) {
        if (config.bond(entry.first)) return false;
        dropped.bonds.push_back(entry.first);
        return true;
    });
    const std::vector<SlotName> slots = config.slot_names();
    const auto is_ours = [&](const SlotName& slot) {
        return std::find(slots.begin(), slots.end(), slot) != slots.end() && config.controls(slot);
    };
    std::erase_if(online, [&](const auto& entry) { return !is_ours(entry.first); });
    std::erase_if(offline, [&](const auto& entry) {
        if (is_ours(entry.first)) return false;
        dropped.slots.push_back(entry.first);
        return true;
    });
    std::erase_if(accepted, [&](const auto& entry) {
        const SlotConfig* slot = config.slot(entry.first);
        return !slot || slot->accept.any;     // it has no effect any more
    });
    std::erase_if(domains, [&](const auto& entry) {
        const auto is_it = [&](const Domain& domain) { return domain.name == entry.first; };
        if (std::any_of(config.domains.begin(), config.domains.end(), is_it)) return false;
        dropped.domains.push_back(entry.first);
        return true;
    });
    const auto has = [&](const std::string& group, const std::string& member) {
        const FailoverConfig* there = config.failover(group);
        if (there && std::count(there->members.begin(), there->members.end(), member) != 0) return true;
        dropped.groups.push_back(group);
        return false;
    };
    std::erase_if(used, [&](const auto& entry) { return !has(entry.first, entry.second.member); });
    std::erase_if(held, [&](const auto& entry) { return !has(entry.first.first, entry.first.second); });
    return dropped;
}

GroupOrders group_orders(const Orders& orders) {
    GroupOrders all;
    for (const auto& [group, order] : orders.used) all[group].use = order.member;
    for (const auto& [of, order] : orders.held) all[of.first].held.emplace(of.second, order.by);
    return all;
}

std::map<PortName, LeaveOutOrder> Orders::prune(const Config& config, const Chassis& chassis) {
    std::map<PortName, LeaveOutOrder> dropped;
    std::erase_if(left_out, [&](const auto& entry) {
        const auto& [port, order] = entry;
        const RoleConfig* role = role_of(config, port);
        const auto slot = chassis.slots.find(port.slot);
        const bool gone = slot != chassis.slots.end() && !slot->second.location.empty() &&
                          slot->second.functions.empty();
        if (!gone && role && role->bond == order.bond) return false;
        dropped.insert(entry);
        return true;
    });
    return dropped;
}

std::string utc_text(std::int64_t seconds) {
    const auto time = static_cast<std::time_t>(std::clamp<std::int64_t>(seconds, 0, latest_time));
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(time));
}

std::string end_of(const PauseOrder& pause) {
    return pause.until ? fmt::format("until `hadctl resume` or {}", utc_text(*pause.until))
                       : "until `hadctl resume`";
}

} // namespace had::core
