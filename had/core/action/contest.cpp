#include "had/core/action/contest.hpp"

#include <algorithm>
#include <set>

namespace had::core {
namespace {

// Whether the port is up beforehand, or the address is there in another shape, is only how it is done.
bool is_the_same(const Operation& a, const Operation& b) {
    if (std::holds_alternative<AddAddress>(a) && std::holds_alternative<AddAddress>(b)) return key_of(a) == key_of(b);
    const auto *one = std::get_if<Enslave>(&a), *other = std::get_if<Enslave>(&b);
    return one && other ? one->port == other->port && one->bond == other->bond : a == b;
}

// What the kernel removed together with what one of the actions before brings back: an interface that is set down
// loses its routes and its IPv6 addresses, and a lost address takes the routes that need it.
class Consequences {
public:
    bool has(const Operation& operation) const {
        if (const auto* o = std::get_if<AddAddress>(&operation)) return raised_.contains(o->link.name);
        if (const auto* o = std::get_if<Connect>(&operation))
            return raised_.contains(o->link.name) || addressed_.contains(o->link.name);
        const auto* o = std::get_if<AddRoute>(&operation);
        return o && (raised_.contains(o->link.name) || addressed_.contains(o->link.name));
    }
    void follow(const Operation& operation) {
        if (const auto* o = std::get_if<CreateBond>(&operation)) raised_.insert(o->name);
        if (const auto* o = std::get_if<CreateVlan>(&operation)) raised_.insert(o->name);
        if (const auto* o = std::get_if<SetLink>(&operation); o && o->up == true) raised_.insert(o->link.name);
        if (const auto* o = std::get_if<AddAddress>(&operation)) addressed_.insert(o->link.name);
    }

private:
    std::set<std::string> raised_, addressed_;
};

} // namespace

std::optional<LeftAlone> Contests::undone(const std::string& what, const Owned& owned, TimePoint now) {
    const auto is_past = [now](TimePoint at) { return now - at >= contest_window; };
    std::erase_if(bursts_, [&](const auto& entry) {
        return std::all_of(entry.second.begin(), entry.second.end(), is_past);
    });
    const auto before = owned.contested.find(what);
    const unsigned times = before == owned.contested.end() ? 0 : before->second.times;
    std::vector<TimePoint>& bursts = bursts_[what];
    std::erase_if(bursts, is_past);
    const bool goes_on = !bursts.empty() && now - bursts.back() < contest_burst;
    if (!goes_on) bursts.push_back(now);
    if (bursts.size() > (times > 0 ? contest_most_again : contest_most)) {
        bursts_.erase(what);
        return LeftAlone{times + 1, now + contest_wait(times + 1)};
    }
    if (!goes_on && bursts.size() == 1 && times == 0) return std::nullopt;
    return LeftAlone{times, bursts.back() + contest_burst};
}

void Contests::showed(const Operation& operation) {
    if (is_contestable(operation)) shown_.insert_or_assign(key_of(operation), operation);
}

std::map<std::string, LeftAlone> Contests::lost(const std::vector<Action>& wanted, const Owned& owned, TimePoint now) {
    std::map<std::string, LeftAlone> lost;
    Consequences consequences;
    for (const Action& action : wanted) {
        forget_lowered(action.operation);
        forget_own(action.operation);
        const bool alone = !consequences.has(action.operation);
        consequences.follow(action.operation);
        const std::string key = key_of(action.operation);
        auto at = shown_.find(key);
        if (at == shown_.end()) continue;
        const bool again = is_the_same(at->second, action.operation);
        shown_.erase(at);
        if (!again || !alone) continue;
        if (const auto left = undone(key, owned, now)) lost.emplace(key, *left);
    }
    return lost;
}

void Contests::forget_lowered(const Operation& operation) {
    const auto* set = std::get_if<SetLink>(&operation);
    if (!set || set->up != false) return;
    std::erase_if(shown_, [&](const auto& entry) {
        bool there = false;
        for_each_link(entry.second, [&](const LinkRef& link) { there = there || link.index == set->link.index; });
        return there;
    });
}

void Contests::forget_own(const Operation& operation) {
    const auto* gone = std::get_if<RemoveRoute>(&operation);
    const auto* other = std::get_if<AddRoute>(&operation);
    if (!gone && !other) return;
    std::erase_if(shown_, [&](const auto& entry) {
        const auto* had = std::get_if<AddRoute>(&entry.second);
        if (!had) return false;
        return gone ? had->route == gone->route && had->link == gone->link
                    : had->route.key == other->route.key && !(*had == *other) && other->replace;
    });
}

void Contests::settle_all() {
    bursts_.clear();
}

// A deleted bond or VLAN is made again, and that counts.  Of a port that goes nothing is made again.
void Contests::forget_gone(const Observed& observed) {
    std::erase_if(shown_, [&](const auto& entry) {
        bool gone = false;
        for_each_link(entry.second, [&](const LinkRef& link) {
            gone = gone || (link.index != 0 && !observed.link(link.index));
        });
        return gone;
    });
}

std::string_view contested_link(std::string_view what) {
    const std::size_t blank = what.find(' ');
    if (blank == std::string_view::npos) return {};
    what.remove_prefix(blank + 1);
    return what.substr(0, what.find(' '));
}

} // namespace had::core
