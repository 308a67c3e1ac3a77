#include "had/core/action/attempts.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <set>
#include <utility>

namespace had::core {
namespace {

bool is_refused_mode(const Attempt& attempt) {
    return std::holds_alternative<SetLinkMode>(attempt.operation) && attempt.failures > 0 &&
           !attempt.result.may_pass();
}

bool is_refused_mtu(const Attempt& attempt) {
    const auto* set = std::get_if<SetLink>(&attempt.operation);
    return set && set->mtu && attempt.state == Attempt::State::failed && attempt.failures > 0 &&
           !attempt.result.may_pass();
}

// Also what is no word of this kernel, or nothing that the card can do.
bool is_refused_word(const Attempt& attempt) {
    return std::holds_alternative<SetTunable>(attempt.operation) && attempt.state == Attempt::State::failed &&
           attempt.failures > 0 && !attempt.result.may_pass();
}

} // namespace

bool is_refused_for_good(const Attempt& attempt) {
    const bool bound_in_vain = std::holds_alternative<BindDrivers>(attempt.operation) && attempt.failures > 0;
    return is_refused_mode(attempt) || is_refused_mtu(attempt) || is_refused_word(attempt) || bound_in_vain;
}

namespace {

// A loaded module's success shows in the functions it binds, not in itself: a finished load is kept for
// as long as the card stays, so that the next candidate has its turn (plan_driver.cpp looks at it).  So is
// a speed that a driver has refused: on a port that serves it is not tried again and again (plan_port.cpp).
bool keeps(const Attempt& attempt) {
    return std::holds_alternative<LoadModule>(attempt.operation) ||
           attempt.state == Attempt::State::running || is_refused_for_good(attempt);
}

// It sets its bond down and up, so the news of that bond is its own.
bool lowers_bond(const Operation& operation) {
    const auto* set = std::get_if<SetBondOptions>(&operation);
    return set && std::any_of(set->options.begin(), set->options.end(),
                              [](const auto& option) { return needs_down(rule_of(option.first)); });
}

// An acknowledgement whose effect was not seen in time has become a failure.
bool is_due(Attempt& attempt, const Operation& wanted, TimePoint now, std::optional<TimePoint>& next) {
    // A job that runs for another value of the same object must end first: jobs cannot be cancelled.
    if (attempt.state == Attempt::State::running) return false;
    if (!(attempt.operation == wanted)) return true;
    if (attempt.state == Attempt::State::acknowledged) {
        if (now < attempt.at + echo_limit) {
            earlier(next, attempt.at + echo_limit);
            return false;
        }
        attempt.state = Attempt::State::failed;
        attempt.failures += 1;
        attempt.result = {ETIMEDOUT, "the kernel acknowledged it, but it did not show"};
        attempt.at = now;
    }
    if (now >= attempt.retry_at()) return true;
    earlier(next, attempt.retry_at());
    return false;
}

// Without memory for its key, too: what would stay as one that runs is never made again.
std::map<std::string, Attempt>::iterator find_again(std::map<std::string, Attempt>& by_key,
                                                    const Operation& operation) {
    try {
        return by_key.find(key_of(operation));
    } catch (const std::bad_alloc&) {
        return std::find_if(by_key.begin(), by_key.end(),
                            [&](const auto& entry) { return entry.second.operation == operation; });
    }
}

} // namespace

TimePoint Attempt::retry_at() const {
    Duration wait = retry_first;
    if (woken || result.unasked) return at + wait;
    for (unsigned i = 1; i < failures && wait < retry_most; ++i) wait *= 2;
    return at + std::min(wait, retry_most);
}

std::vector<Ifindex> Attempts::await_udev(const Observed& observed, TimePoint now) {
    std::erase_if(unsettled, [&](const auto& entry) {
        auto at = observed.devices.find(entry.first);
        return at == observed.devices.end() || at->second.settled;
    });
    std::vector<Ifindex> in_vain;
    for (const auto& [index, device] : observed.devices) {
        if (device.settled) continue;
        Awaited& awaited = unsettled.try_emplace(index, Awaited{now}).first->second;
        if (awaited.in_vain || now < awaited.since + settle_limit) continue;
        awaited.in_vain = true;
        in_vain.push_back(index);
    }
    return in_vain;
}

void Attempts::note_drivers(const Observed& observed, TimePoint now) {
    const auto forget_loads = [&](auto of) {
        std::erase_if(by_key, [&](const auto& entry) {
            const auto* load = std::get_if<LoadModule>(&entry.second.operation);
            return load && entry.second.state == Attempt::State::acknowledged && of(*load);
        });
    };
    std::erase_if(let_go, [&](const auto& entry) {
        auto at = observed.functions.find(entry.first);
        return at == observed.functions.end() || !at->second.let_go;
    });
    for (const auto& [address, seen] : observed.functions)
        if (seen.let_go && let_go.emplace(address, now).second) {
            forget_loads([&, &seen = seen](const LoadModule& load) {
                return !load.slot.empty() && load.insertion >= seen.insertion;
            });
            std::erase_if(by_key, [&, &address = address](const auto& entry) {
                const auto* bind = std::get_if<BindDrivers>(&entry.second.operation);
                return bind && entry.second.state != Attempt::State::running &&
                       std::count(bind->functions.begin(), bind->functions.end(), address) > 0;
            });
        }
    std::erase_if(by_key, [&](const auto& entry) {
        const auto* mode = std::get_if<SetLinkMode>(&entry.second.operation);
        const auto* set = std::get_if<SetLink>(&entry.second.operation);
        const auto* word = std::get_if<SetTunable>(&entry.second.operation);
        if (word) return !observed.link(word->link.index);
        return (mode && !observed.link(mode->port.index)) || (set && set->mtu && !observed.link(set->link.index));
    });
    // A bond shows that its driver is loaded, and a VLAN does.  When the driver is unloaded later, a job loads it
    // again, and not the kernel itself.
    const auto forget_driver = [&](std::string_view kind, std::string_view module) {
        if (std::any_of(observed.links.begin(), observed.links.end(),
                        [&](const auto& entry) { return entry.second.kind == kind; }))
            forget_loads([&](const LoadModule& load) {
                return load.slot.empty() && load.module == module;
            });
    };
    forget_driver("bond", "bonding");
    forget_driver("vlan", "8021q");
}

void Attempts::retry_refused() {
    std::erase_if(by_key, [](const auto& entry) { return is_refused_for_good(entry.second); });
}

// Asked at each event, before another active port is: mostly there is none.
template <class Do>
void Attempts::for_each_failed(Do what) {
    if (!std::exchange(any_failed, false)) return;
    for (auto& entry : by_key) {
        Attempt& attempt = entry.second;
        if (attempt.state != Attempt::State::failed) continue;
        any_failed = true;
        what(attempt);
    }
}

void Attempts::wake(Ifindex link) {
    for_each_failed([&](Attempt& attempt) {
        if (lowers_bond(attempt.operation)) return;
        for_each_link(attempt.operation,
                      [&](const LinkRef& ref) { attempt.woken = attempt.woken || ref.index == link; });
    });
}

void Attempts::retry_routes(Ifindex link) {
    for_each_failed([&](Attempt& attempt) {
        const auto* add = std::get_if<AddRoute>(&attempt.operation);
        if (add && add->link.index == link) attempt.at -= retry_most;
    });
}

bool Attempts::retry_route(const RouteKey& key) {
    bool any = false;
    for_each_failed([&](Attempt& attempt) {
        const auto* add = std::get_if<AddRoute>(&attempt.operation);
        if (!add || add->route.key != key) return;
        attempt.at -= retry_most;
        any = true;
    });
    return any;
}

// With the first address of a network the kernel drops the others in it, unless promote_secondaries is set
// (net/ipv4/devinet.c __inet_del_ifa), and with the last address the routes.
std::vector<Operation> Attempts::lost_with(const Address& address, const Observed& observed) {
    const auto is_lost = [&](const Operation& operation) {
        if (const auto* add = std::get_if<AddAddress>(&operation))
            return add->link.index == address.link && add->prefix == address.prefix;
        const auto* add = std::get_if<AddRoute>(&operation);
        return add && add->link.index == address.link && !observed.has_route(address.link, add->route);
    };
    std::vector<Operation> lost;
    std::erase_if(by_key, [&](const auto& entry) {
        const Attempt& attempt = entry.second;
        if (attempt.state != Attempt::State::acknowledged || !is_lost(attempt.operation)) return false;
        lost.push_back(attempt.operation);
        return true;
    });
    return lost;
}

bool Attempts::waits(const Operation& operation, TimePoint now) const {
    const Attempt* attempt = find(operation);
    if (!attempt) return false;
    switch (attempt->state) {
    case Attempt::State::running: return is_job(operation) || now < attempt->retry_at();
    case Attempt::State::acknowledged: return now < attempt->at + echo_limit;
    case Attempt::State::failed: return now < attempt->retry_at();
    }
    return false;
}

const Attempt* Attempts::find(const Operation& operation) const {
    auto at = by_key.find(key_of(operation));
    return at != by_key.end() && at->second.operation == operation ? &at->second : nullptr;
}

const Attempt& Attempts::began(const Operation& operation, TimePoint now) {
    std::string key = key_of(operation);
    auto at = by_key.find(key);
    if (at != by_key.end() && at->second.operation == operation) {
        at->second.state = Attempt::State::running;
        at->second.at = now;
        at->second.woken = false;
    } else {                                  // whole, or not at all: one that runs is waited for
        at = by_key.insert_or_assign(std::move(key),
                                     Attempt{.operation = operation, .state = Attempt::State::running, .at = now})
                 .first;
    }
    return at->second;
}

bool Attempts::ended(const Operation& operation, ActionResult result, TimePoint now) {
    const auto at = find_again(by_key, operation);
    if (at == by_key.end() || !(at->second.operation == operation)) return false;
    Attempt& attempt = at->second;
    attempt.state = result.ok() ? Attempt::State::acknowledged : Attempt::State::failed;
    if (!result.ok() && !(result.unasked && attempt.failures > 0)) attempt.failures += 1;
    any_failed = any_failed || !result.ok();
    // What is acknowledged again and again and does not show is told in the words of why it failed.
    if (!result.ok() || attempt.failures == 0) attempt.result = std::move(result);
    else attempt.result.was_so = result.was_so;
    attempt.at = now;
    if (attempt.state == Attempt::State::acknowledged) other_ports(operation);
    return true;
}

// A bond with other ports may have an MTU that it was refused before.
void Attempts::other_ports(const Operation& made) {
    const auto* in = std::get_if<Enslave>(&made);
    const auto* out = std::get_if<Release>(&made);
    if (!in && !out) return;
    const LinkRef& bond = in ? in->bond : out->bond;
    std::erase_if(by_key, [&](const auto& entry) {
        const auto* set = std::get_if<SetLink>(&entry.second.operation);
        return set && set->link == bond && is_refused_mtu(entry.second);
    });
}

Due due(std::vector<Action> wanted, Attempts& attempts, TimePoint now) {
    Due due;
    std::set<std::string> keys;
    Blocked blocked;
    for (Action& action : wanted) {
        const std::string key = key_of(action.operation);
        keys.insert(key);
        if (blocked.blocks(action)) continue;
        auto at = attempts.by_key.find(key);
        const bool known = at != attempts.by_key.end();
        if (known && !is_due(at->second, action.operation, now, due.next)) blocked.add(action);
        else due.actions.push_back(std::move(action));
        if (known && at->second.state == Attempt::State::failed) attempts.any_failed = true;
    }
    std::erase_if(attempts.by_key, [&](const auto& entry) {
        const auto& [key, attempt] = entry;
        if (keys.contains(key) || keeps(attempt)) return false;
        if (attempt.state == Attempt::State::acknowledged) due.shown.push_back(attempt.operation);
        return true;
    });
    return due;
}

} // namespace had::core
