// What is heard becomes what is known.
#include "had/core/config/told_word.hpp"
#include "had/core/config/unread_word.hpp"
#include "had/core/world/observed.hpp"

#include <algorithm>
#include <utility>

namespace had::core {
namespace {

bool by_identity(const Address& a, const Address& b) { return a.identity() < b.identity(); }

template <class Map, class Key, class Value>
bool assign(Map& map, Key key, Value&& value) {
    auto [at, fresh] = map.try_emplace(std::move(key));
    if (!fresh && at->second == value) return false;
    at->second = std::forward<Value>(value);
    return true;
}

Change when(bool changed, Change change) { return changed ? change : Change::nothing; }

bool put_address(std::vector<Address>& addresses, Address address) {
    auto at = std::lower_bound(addresses.begin(), addresses.end(), address, by_identity);
    if (at == addresses.end() || !at->is_same(address)) {
        addresses.insert(at, std::move(address));
        return true;
    }
    if (*at == address) return false;
    *at = std::move(address);
    return true;
}

bool drop_address(Observed& observed, const Address& address) {
    auto of_link = observed.addresses.find(address.link);
    if (of_link == observed.addresses.end()) return false;
    const bool found = std::erase_if(of_link->second, [&](const Address& a) {
        return a.is_same(address);
    }) > 0;
    if (of_link->second.empty()) observed.addresses.erase(of_link);
    return found;
}

// The same place with another identity is another card, even when its removal was never heard.
bool same_card(const PciFunction& a, const PciFunction& b) {
    return a.vendor == b.vendor && a.device == b.device && a.subvendor == b.subvendor &&
           a.subdevice == b.subdevice;
}

bool put_function(Observed& observed, PciFunction function) {
    auto [at, fresh] = observed.functions.try_emplace(function.address());
    SeenFunction& seen = at->second;
    if (!fresh && seen.function == function) return false;
    const bool another = fresh || !same_card(seen.function, function);
    if (another) seen.insertion = ++observed.insertions;
    seen.let_go = !another && function.driver.empty() && (seen.let_go || !seen.function.driver.empty());
    seen.function = std::move(function);
    return true;
}

void index_link(Observed& observed, const Link& link) {
    observed.names[link.name] = link.index;
    for (const std::string& name : link.alternatives) observed.alternatives[name] = link.index;
    if (link.master != 0) observed.slaves[link.master].insert(link.index);
}

// Another link may have taken its name by now.
void forget_link(Observed& observed, const Link& link) {
    const auto forget = [&](std::map<std::string, Ifindex>& names, const std::string& name) {
        auto at = names.find(name);
        if (at != names.end() && at->second == link.index) names.erase(at);
    };
    forget(observed.names, link.name);
    for (const std::string& name : link.alternatives) forget(observed.alternatives, name);
    auto slaves = observed.slaves.find(link.master);
    if (slaves == observed.slaves.end()) return;
    slaves->second.erase(link.index);
    if (slaves->second.empty()) observed.slaves.erase(slaves);
}

// No two links have one name at a time.  Only messages that were lost show such, or a dump into which a
// rename fell: one is as it was, and is heard again when it is told.
void drop_namesakes(std::map<Ifindex, Link>& links) {
    std::map<std::string_view, Ifindex> names;
    for (const auto& [index, link] : links) names[link.name] = index;
    std::set<Ifindex> kept;
    for (const auto& [name, index] : names) kept.insert(index);
    std::erase_if(links, [&](const auto& entry) { return !kept.contains(entry.first); });
}

// They are read anew, all of an interface: one that is absent by itself would count as one that is not there.
template <class IsOld>
bool forget_tunables(Observed& observed, IsOld is_old) {
    return std::erase_if(observed.tunables, [&](const auto& entry) {
               return std::any_of(entry.second.begin(), entry.second.end(),
                                  [&](const auto& word) { return is_old(word.first); });
           }) > 0;
}

Change dump_links(Observed& observed, LinksDumped dump) {
    std::map<Ifindex, Link> links;
    std::map<Ifindex, std::vector<Address>> addresses;
    std::map<RouteKey, SeenRoute> routes;
    for (Link& link : dump.links) links.insert_or_assign(link.index, std::move(link));
    drop_namesakes(links);
    for (Address& address : dump.addresses) {
        const Ifindex link = address.link;
        put_address(addresses[link], std::move(address));
    }
    for (const RouteSeen& seen : dump.routes)
        routes.insert_or_assign(seen.route.key, SeenRoute{seen.link, seen.route.way});
    std::set<Connected> connected(dump.connected.begin(), dump.connected.end());
    std::set<SeenRule> rules(dump.rules.begin(), dump.rules.end());
    // A change of them may have been among what was lost.
    const bool told = forget_tunables(observed, is_told);
    if (links == observed.links && addresses == observed.addresses && routes == observed.routes &&
        connected == observed.connected && rules == observed.rules)
        return when(told, Change::state);
    observed.links = std::move(links);
    observed.names.clear();
    observed.alternatives.clear();
    observed.slaves.clear();
    for (const auto& [index, link] : observed.links) index_link(observed, link);
    std::erase_if(observed.modes, [&](const auto& entry) { return !observed.link(entry.first); });
    std::erase_if(observed.tunables, [&](const auto& entry) { return !observed.link(entry.first); });
    observed.addresses = std::move(addresses);
    observed.routes = std::move(routes);
    observed.connected = std::move(connected);
    observed.rules = std::move(rules);
    return Change::topology;
}

Change scan_devices(Observed& observed, DevicesScanned scan) {
    const Observed before = observed;
    std::erase_if(observed.functions, [&](const auto& entry) {
        return std::none_of(scan.functions.begin(), scan.functions.end(),
                            [&](const PciFunction& f) { return f.address() == entry.first; });
    });
    for (PciFunction& function : scan.functions) put_function(observed, std::move(function));
    observed.devices.clear();
    for (NetDevice& device : scan.devices) observed.devices.emplace(device.link, device);
    for (const auto& [index, device] : observed.devices) observed.elsewhere.erase(device.function);
    std::erase_if(observed.elsewhere, [&](const auto& entry) { return !observed.functions.contains(entry.first); });
    observed.slots.clear();
    for (KernelSlot& slot : scan.slots) {
        std::string name = slot.name;
        observed.slots.insert_or_assign(std::move(name), std::move(slot));
    }
    std::erase_if(observed.slot_states,
                  [&](const auto& entry) { return !observed.slots.contains(entry.first); });
    return when(!(before == observed), Change::topology);
}

// With a link that goes down, or that loses its last IPv4 address, the kernel drops the routes through
// it without a word (net/ipv4/fib_frontend.c fib_disable_ip; IPv6 tells, unless its sysctl
// skip_notify_on_dev_down forbids).  The message of the link or the address is all there is to hear.
void drop_routes(Observed& observed, Ifindex link, bool ipv6_too) {
    std::erase_if(observed.routes, [&](const auto& entry) {
        const bool v4 = entry.first.destination.address.family == IpFamily::v4;
        return entry.second.link == link && (ipv6_too || v4);
    });
    std::erase_if(observed.connected, [&](const Connected& route) {
        return route.link == link && (ipv6_too || route.network.address.family == IpFamily::v4);
    });
}

bool has_ipv4(const Observed& observed, Ifindex link) {
    auto of_link = observed.addresses.find(link);
    return of_link != observed.addresses.end() &&
           std::any_of(of_link->second.begin(), of_link->second.end(), [](const Address& a) {
               return a.prefix.address.family == IpFamily::v4;
           });
}

bool is_anywhere(const Observed& observed, const IpAddress& address) {
    return std::any_of(observed.addresses.begin(), observed.addresses.end(), [&](const auto& of_link) {
        return std::any_of(of_link.second.begin(), of_link.second.end(),
                           [&](const Address& a) { return a.prefix.address == address; });
    });
}

// IPv4 routes go with the source that they name (net/ipv4/fib_semantics.c fib_sync_down_addr), of which newer kernels
// tell; IPv6 routes lose it (net/ipv6/route.c fib6_remove_prefsrc) without a word.
void lose_source(Observed& observed, const IpAddress& address) {
    if (is_anywhere(observed, address)) return;
    for (auto& [key, seen] : observed.routes)
        if (seen.way.source == address && address.family == IpFamily::v6) seen.way.source.reset();
    std::erase_if(observed.routes, [&](const auto& entry) { return entry.second.way.source == address; });
}

Change lose_address(Observed& observed, const Address& address) {
    if (!drop_address(observed, address)) return Change::nothing;
    lose_source(observed, address.prefix.address);
    if (!has_ipv4(observed, address.link)) drop_routes(observed, address.link, false);
    return Change::state;
}

Change lose_route(Observed& observed, const RouteGone& gone) {
    auto at = observed.routes.find(gone.route.key);
    // The end of a route that was replaced meanwhile.
    if (at == observed.routes.end() || !(at->second == SeenRoute{gone.link, gone.route.way}))
        return Change::nothing;
    observed.routes.erase(at);
    return Change::state;
}

// What had that place was replaced (net/ipv4/fib_trie.c fib_table_insert, net/ipv6/ip6_fib.c fib6_add_rt2node).
bool lose_way(Observed& observed, const RouteKey& key) {
    const bool any = observed.routes.erase(key) > 0;
    return std::erase_if(observed.connected, [&](const Connected& route) {
               return RouteKey{route.network, route.metric, route.table} == key;
           }) > 0 || any;
}

bool lose_link(Observed& observed, Ifindex index) {
    const auto addresses = observed.addresses.extract(index);
    if (addresses)
        for (const Address& address : addresses.mapped()) lose_source(observed, address.prefix.address);
    observed.modes.erase(index);
    observed.tunables.erase(index);
    drop_routes(observed, index, true);
    const Link* link = observed.link(index);
    if (!link) return false;
    forget_link(observed, *link);
    observed.links.erase(index);
    return true;
}

// Of two links of one name the one that was heard of before is not what it was.
Change see_link(Observed& observed, Link link) {
    if (!link.up) drop_routes(observed, link.index, true);
    const auto known_as = observed.links.find(link.index);
    const Link* before = known_as != observed.links.end() ? &known_as->second : nullptr;
    if (before && *before == link) return Change::nothing;
    // The most frequent news, and the most urgent: a carrier.
    if (before && is_same_place(*before, link)) {
        known_as->second = std::move(link);
        return Change::state;
    }
    if (before) forget_link(observed, *before);
    const Link* namesake = observed.link(link.name);
    const bool alone = !namesake || namesake->index == link.index;
    if (!alone) lose_link(observed, namesake->index);
    // An index may be another link by now, whose end was never heard.
    const bool known = before && before->kind == link.kind;
    const Change change = known && alone ? Change::state : Change::topology;
    index_link(observed, link);
    observed.links[link.index] = std::move(link);
    return change;
}

// A container has taken it, say.  It comes back as another link of the same function.
void note_moved(Observed& observed, Ifindex index) {
    const Link* link = observed.link(index);
    if (!link) return;
    auto device = observed.devices.find(index);
    const auto function = device != observed.devices.end()   ? std::optional(device->second.function)
                          : link->parent_bus == "pci" ? pci_address_from(link->parent_device)
                                                      : std::nullopt;
    if (function) observed.elsewhere[*function] = link->name;
}

// What was seen of a slot was its card's.
void forget_state(Observed& observed, const PciAddress& function) {
    std::erase_if(observed.slot_states, [&](const auto& entry) {
        auto slot = observed.slots.find(entry.first);
        return slot != observed.slots.end() && slot->second.holds(function);
    });
}

// What cannot be read now stays as it was read last.
Change see_all_tunables(Observed& observed, TunablesSeen seen) {
    for (auto& [word, value] : seen.values)
        if (is_unread(value)) value = observed.tunable(seen.link, word).value_or(std::move(value));
    return when(assign(observed.tunables, seen.link, std::move(seen.values)), Change::state);
}

// Of no interface: of those to come, and the kernel has perhaps copied them into others (told_word.hpp).
Change see_defaults(Observed& observed, const TunablesSeen& seen) {
    return when(forget_tunables(observed, [&](const std::string& word) { return seen.values.contains(word); }),
                Change::state);
}

Change see_tunables(Observed& observed, TunablesSeen seen) {
    if (seen.link == 0) return see_defaults(observed, seen);
    if (!observed.link(seen.link)) return Change::nothing;
    if (seen.all) return see_all_tunables(observed, std::move(seen));
    bool changed = false;
    for (auto& [word, value] : seen.values) {
        if (is_told(word) && !observed.tunable(seen.link, word)) continue;        // nobody has asked for it
        changed = assign(observed.tunables[seen.link], word, std::move(value)) || changed;
    }
    return when(changed, Change::state);
}

} // namespace

Change fold(Observed& observed, Event event) {
    return std::visit(
        overloaded{
            [&](LinkSeen& e) { return see_link(observed, std::move(e.link)); },
            [&](LinkGone& e) {
                if (e.moved) note_moved(observed, e.index);
                return when(lose_link(observed, e.index), Change::topology);
            },
            [&](AddressSeen& e) {
                const Ifindex link = e.address.link;
                return when(put_address(observed.addresses[link], std::move(e.address)), Change::state);
            },
            [&](AddressGone& e) { return lose_address(observed, e.address); },
            [&](RouteSeen& e) {
                return when(assign(observed.routes, e.route.key, SeenRoute{e.link, e.route.way}),
                            Change::state);
            },
            [&](RouteGone& e) { return lose_route(observed, e); },
            [&](ConnectedSeen& e) {
                return when(observed.connected.insert(e.route).second, Change::state);
            },
            [&](ConnectedGone& e) { return when(observed.connected.erase(e.route) > 0, Change::state); },
            [&](WayTaken& e) { return when(lose_way(observed, e.key), Change::state); },
            [&](WayFree&) { return Change::nothing; },
            [&](RuleSeen& e) { return when(observed.rules.insert(e.rule).second, Change::state); },
            [&](RuleGone& e) { return when(observed.rules.erase(e.rule) > 0, Change::state); },
            [&](Ipv6Seen&) { return Change::nothing; },
            [&](ModeSeen& e) { return when(assign(observed.modes, e.link, e.mode), Change::state); },
            [&](TunablesSeen& e) { return see_tunables(observed, std::move(e)); },
            [&](PeersTold&) { return Change::nothing; },
            [&](FunctionSeen& e) {
                if (e.function.driver.empty()) observed.elsewhere.erase(e.function.address());
                return when(put_function(observed, std::move(e.function)), Change::topology);
            },
            [&](FunctionGone& e) {
                forget_state(observed, e.address);
                observed.elsewhere.erase(e.address);
                return when(observed.functions.erase(e.address) > 0, Change::topology);
            },
            [&](NetDeviceSeen& e) {
                observed.elsewhere.erase(e.device.function);
                return when(assign(observed.devices, e.device.link, e.device), Change::topology);
            },
            [&](NetDeviceGone& e) {
                return when(observed.devices.erase(e.index) > 0, Change::topology);
            },
            [&](SlotSeen& e) {
                std::string name = e.slot.name;
                return when(assign(observed.slots, std::move(name), std::move(e.slot)),
                            Change::topology);
            },
            [&](SlotGone& e) {
                observed.slot_states.erase(e.name);
                return when(observed.slots.erase(e.name) > 0, Change::topology);
            },
            [&](SlotStateSeen& e) {
                return when(observed.slots.contains(e.slot) &&
                                assign(observed.slot_states, std::move(e.slot), e.state),
                            Change::state);
            },
            [&](HotplugThreadSeen& e) {
                return when(std::exchange(observed.hotplug_thread_ended, !e.runs) == e.runs, Change::state);
            },
            [&](LinksDumped& e) { return dump_links(observed, std::move(e)); },
            [&](DevicesScanned& e) { return scan_devices(observed, std::move(e)); },
        },
        event);
}

} // namespace had::core
