// Addresses and routes.
#pragma once

#include "had/core/action/operation.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/config/route.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace had::core {

struct AddAddress {
    LinkRef link;
    IpPrefix prefix;
    std::optional<IpAddress> broadcast = {};
    bool port = false;                        // a port of the chassis, not a bond
    // It is there, but for a time: the kernel changes no more than that in one message.  All else of an
    // address is for its life.
    bool renew = false;
    std::optional<IpPrefix> instead = {};     // the same address as it is not wanted: it goes first
    std::optional<IpAddress> instead_peer = {};
    std::string label = {};                   // of IPv4; empty: the interface's name

    static auto links(auto& o) { return std::tie(o.link); }
    [[nodiscard]] bool contestable() const { return true; }
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "add " + link.name + " " + to_string(prefix); }
    bool note(Owned& owned, const Observed& observed) const;
    bool forget(Owned&) const { return false; }
    friend bool operator==(const AddAddress&, const AddAddress&) = default;
};

struct RemoveAddress {
    LinkRef link;
    IpPrefix prefix;
    std::optional<IpAddress> peer = {};
    bool foreign = false;                     // of another program's, which may give it again

    static auto links(auto& o) { return std::tie(o.link); }
    [[nodiscard]] bool contestable() const { return foreign; } // else made once, and owned no more
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "remove " + link.name + " " + to_string(prefix); }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned& owned) const;
    friend bool operator==(const RemoveAddress&, const RemoveAddress&) = default;
};

struct Connect {                              // the route of an address's network, which the kernel had made
    LinkRef link;
    IpPrefix address;
    std::uint32_t table = main_table;

    static auto links(auto& o) { return std::tie(o.link); }
    [[nodiscard]] bool contestable() const { return true; }
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "connect " + link.name + " " + to_string(network()); }
    [[nodiscard]] IpPrefix network() const { return {network_of(address), address.length}; }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const Connect&, const Connect&) = default;
};

struct AddRoute {
    LinkRef link;                             // none: a blackhole
    Route route;
    bool replace = false;                     // another of the daemon's is in its place: exchanged at once

    static auto links(auto& o) { return std::tie(o.link); }
    [[nodiscard]] bool contestable() const { return true; }
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const;
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const AddRoute&, const AddRoute&) = default;
};

struct RemoveRoute {
    LinkRef link;
    Route route;

    static auto links(auto& o) { return std::tie(o.link); }
    [[nodiscard]] bool contestable() const { return false; } // made once, and owned no more
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const;
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const RemoveRoute&, const RemoveRoute&) = default;
};

// The kernel looks for a neighbour anew: what waits for an answer of one that is gone is dropped, and TCP repeats it by
// another way.  It repeats nothing that still waits in the host itself (net/ipv4/tcp_output.c skb_still_in_host_queue).
struct ForgetNeighbour {
    LinkRef link;
    IpAddress address;

    static auto links(auto& o) { return std::tie(o.link); }
    [[nodiscard]] bool contestable() const { return false; }
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string key() const { return "forget " + link.name + " " + to_string(address); }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const ForgetNeighbour&, const ForgetNeighbour&) = default;
};

struct AddRule {
    Rule rule;

    static auto links(auto&) { return std::tie(); }
    [[nodiscard]] bool contestable() const { return true; }
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const { return "add rule " + to_string(rule); }
    [[nodiscard]] std::string key() const { return "rule " + to_string(rule); }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const AddRule&, const AddRule&) = default;
};

struct RemoveRule {
    Rule rule;

    static auto links(auto&) { return std::tie(); }
    [[nodiscard]] bool contestable() const { return false; } // made once, and owned no more
    [[nodiscard]] bool holds_rest() const { return false; }
    [[nodiscard]] std::string text() const { return "remove rule " + to_string(rule); }
    [[nodiscard]] std::string key() const { return "no rule " + to_string(rule); }
    bool note(Owned&, const Observed&) const { return false; }
    bool forget(Owned&) const { return false; }
    friend bool operator==(const RemoveRule&, const RemoveRule&) = default;
};

} // namespace had::core
