// The keys that may stand wherever `address` does: the four of the first version, routes, MTU.
#pragma once

#include "had/core/config/parse.hpp"

#include <optional>
#include <vector>

namespace had::core {

// In Addressing::broadcasts: `broadcast = none`.
inline constexpr IpAddress no_broadcast{};
// Of a rule: the last place before the kernel's own rule for the main table.
inline constexpr std::uint32_t rule_before_main = 32765;

// Address and netmask may be two keys, in any order, so nothing can be judged before the section ends.
struct NetDraft {
    template <class T>
    struct At {
        T value;
        Line line;
    };
    struct Given {
        IpAddress address;
        std::optional<std::uint8_t> length;
        Line line;
    };
    std::vector<Given> addresses;
    std::optional<At<std::uint8_t>> netmask;
    bool netmask_refused = false;
    std::optional<At<IpAddress>> network, broadcast;
    bool broadcast_none = false;
    struct Label {
        IpAddress address;
        std::string text;                     // as it was given
        Line line;
    };
    std::vector<Label> labels;
    std::vector<RouteConfig> routes;
    std::vector<RuleConfig> rules;
    std::optional<At<std::uint32_t>> mtu;
    bool dhcp = false;
};

void read_address(const Reader& reader, NetDraft& net);
void read_netmask(const Reader& reader, NetDraft& net);
void read_network(const Reader& reader, NetDraft& net);
void read_broadcast(const Reader& reader, NetDraft& net);
void read_label(const Reader& reader, NetDraft& net);
void read_mtu(const Reader& reader, NetDraft& net);
void read_gateway(const Reader& reader, NetDraft& net);      // route_parse.cpp
void read_route(const Reader& reader, NetDraft& net);        // route_parse.cpp
void read_rule(const Reader& reader, NetDraft& net);         // route_parse.cpp
// Of a [failover]; its gateways are those of the members.  Nothing: told.
std::optional<GroupRoute> read_group_route(const Reader& reader);

// `name`: the interface's; empty where it is that of the card of the day.
Addressing finish(const NetDraft& net, std::string_view name, const Notes& notes);
class Printer;
void print_net(Printer& out, const Addressing& net);

// The keys above, added to the section's own.  Draft has a member `net`.
template <class Draft>
std::vector<Key<Draft>> with_net_keys(std::vector<Key<Draft>> keys) {
    keys.insert(keys.end(), {
        {"address", [](const Reader& r, Draft& d) { read_address(r, d.net); }, true},
        {"netmask", [](const Reader& r, Draft& d) { read_netmask(r, d.net); }},
        {"network", [](const Reader& r, Draft& d) { read_network(r, d.net); }},
        {"broadcast", [](const Reader& r, Draft& d) { read_broadcast(r, d.net); }},
        {"label", [](const Reader& r, Draft& d) { read_label(r, d.net); }, true},
        {"gateway", [](const Reader& r, Draft& d) { read_gateway(r, d.net); }, true},
        {"route", [](const Reader& r, Draft& d) { read_route(r, d.net); }, true},
        {"rule", [](const Reader& r, Draft& d) { read_rule(r, d.net); }, true},
        {"mtu", [](const Reader& r, Draft& d) { read_mtu(r, d.net); }},
        {"dhcp", [](const Reader& r, Draft& d) { d.net.dhcp = r.yes_or_no().value_or(false); }},
    });
    return keys;
}

} // namespace had::core
