#include "had/core/config/waits.hpp"

#include <algorithm>

namespace had::core {

Waits::Waits(const Config& config) {
    for (const ServiceConfig& service : config.services) {
        if (names_.size() == limits::services) break;
        if (index_.emplace(service.name, names_.size()).second) names_.push_back(service.name);
    }
    at_once_.resize(names_.size());
    all_.resize(names_.size());
    for (const ServiceConfig& service : config.services) {
        const auto at = index_.find(service.name);
        if (at == index_.end()) continue;
        for (const Need& need : service.needs)
            if (!need.link) add(at->second, need.object);
        for (const std::string& name : service.after) add(at->second, name);
    }
    add_groups(config);
    close();
}

void Waits::add(std::size_t service, std::string_view name) {
    const auto to = index_.find(name);
    if (to == index_.end() || all_[service].test(to->second)) return;
    all_[service].set(to->second);
    at_once_[service].push_back(to->second);
}

// Which member of a group runs depends on what any of them waits for.
void Waits::add_groups(const Config& config) {
    std::map<std::string_view, std::string_view> service_of;
    for (const MemberConfig& member : config.members) service_of.emplace(member.name, member.service);
    std::vector<std::pair<std::size_t, std::size_t>> more;
    for (const FailoverConfig& group : config.failovers) {
        if (group.together) continue;
        std::vector<std::size_t> members;
        Set is_member;
        for (const std::string& name : group.members) {
            const auto other = service_of.find(name);
            const auto at = index_.find(other == service_of.end() ? std::string_view(name) : other->second);
            if (at == index_.end()) continue;
            members.push_back(at->second);
            is_member.set(at->second);
        }
        Set seen;
        for (const std::size_t member : members)
            for (const std::size_t to : at_once_[member]) {
                if (is_member.test(to) || seen.test(to)) continue;
                seen.set(to);
                for (const std::size_t each : members) more.emplace_back(each, to);
            }
    }
    for (const auto& [service, to] : more) add(service, names_[to]);
}

// Warshall, a row of bits at a time.
void Waits::close() {
    for (std::size_t by = 0; by < names_.size(); ++by)
        for (Set& row : all_)
            if (row.test(by)) row |= all_[by];
}

std::vector<std::string_view> Waits::of(std::string_view service) const {
    std::vector<std::string_view> names;
    if (const auto at = index_.find(service); at != index_.end())
        for (const std::size_t to : at_once_[at->second]) names.push_back(names_[to]);
    return names;
}

bool Waits::reach(std::string_view from, std::string_view to) const {
    const auto a = index_.find(from), b = index_.find(to);
    return a != index_.end() && b != index_.end() && all_[a->second].test(b->second);
}

} // namespace had::core
