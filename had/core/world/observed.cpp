#include "had/core/world/observed.hpp"

#include <algorithm>

namespace had::core {

const Link* Observed::link(Ifindex index) const {
    auto at = links.find(index);
    return at == links.end() ? nullptr : &at->second;
}

const Link* Observed::link(const std::string& name) const {
    auto at = names.find(name);
    return at == names.end() ? nullptr : link(at->second);
}

const Link* Observed::link_called(const std::string& name) const {
    if (const Link* own = link(name)) return own;
    auto at = alternatives.find(name);
    return at == alternatives.end() ? nullptr : link(at->second);
}

bool Observed::has_route(Ifindex link, const Route& route) const {
    auto at = routes.find(route.key);
    return at != routes.end() && at->second == SeenRoute{route.way.blackhole ? 0 : link, route.way};
}

std::optional<std::string> Observed::tunable(Ifindex index, const std::string& word) const {
    if (word == queue_word) {
        const Link* of = link(index);
        return of ? std::optional(std::to_string(of->queue)) : std::nullopt;
    }
    const auto of_link = tunables.find(index);
    if (of_link == tunables.end()) return std::nullopt;
    const auto at = of_link->second.find(word);
    return at == of_link->second.end() ? std::nullopt : std::optional(at->second);
}

bool Observed::knows_tunable(Ifindex index, const std::string& word) const {
    return word == queue_word ? link(index) != nullptr : tunables.contains(index);
}

bool Observed::has_rule(const Rule& rule) const {
    for (auto at = rules.lower_bound({rule, 0, 0}); at != rules.end() && at->rule == rule; ++at)
        if (at->rest == 0) return true;
    return false;
}

bool Observed::has_like_rule(const Rule& rule) const {
    for (auto at = rules.lower_bound({rule, 0, 0}); at != rules.end() && at->rule == rule; ++at)
        if (*at != SeenRule{rule}) return true;
    return false;
}

const std::set<Ifindex>& Observed::slaves_of(Ifindex bond) const {
    static const std::set<Ifindex> none;
    auto at = slaves.find(bond);
    return at == slaves.end() ? none : at->second;
}

const std::vector<Address>& Observed::addresses_of(Ifindex link) const {
    static const std::vector<Address> none;
    auto at = addresses.find(link);
    return at == addresses.end() ? none : at->second;
}

bool Observed::is_connected(Ifindex link, const IpPrefix& network) const {
    auto at = connected.lower_bound({link, network});
    return at != connected.end() && at->link == link && at->network == network;
}

const Address* Observed::address(Ifindex index, const IpPrefix& prefix) const {
    const std::vector<Address>& all = addresses_of(index);
    auto at = std::find_if(all.begin(), all.end(), [&](const Address& a) { return a.prefix == prefix; });
    return at == all.end() ? nullptr : &*at;
}

} // namespace had::core
