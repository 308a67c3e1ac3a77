// The world as last heard.
//
// Only events change it: what the daemon has asked for is true only when the kernel says so.  Two
// sockets feed it, and there is no order between them: a card's network device may be heard before or
// after its link.  So each kind is kept by its own key, and chassis.hpp joins them by ifindex and PCI
// address when both are there.
#pragma once

#include "had/core/world/event.hpp"
#include "had/core/world/link.hpp"
#include "had/core/base/pci.hpp"
#include "had/core/config/route.hpp"
#include "had/core/base/types.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace had::core {

inline const std::string loopback = "lo";     // carries the addresses that are of no LAN

struct SeenFunction {
    PciFunction function;
    // Counts insertions over the whole machine.  Another number means another card, even when the same model came
    // back to the same address.  Results of old jobs are told apart by it.
    unsigned insertion = 0;
    // It has lost its driver: somebody unbound it, or the card is on its way out.
    bool let_go = false;

    friend bool operator==(const SeenFunction&, const SeenFunction&) = default;
};

// Where one of the daemon's own routes leads.
struct SeenRoute {
    Ifindex link = 0;                         // 0: through none, a blackhole
    RouteWay way;

    friend bool operator==(const SeenRoute&, const SeenRoute&) = default;
};

struct Observed {
    std::map<Ifindex, Link> links;
    std::map<std::string, Ifindex> names;                 // of links
    std::map<std::string, Ifindex> alternatives;          // their other names
    std::map<Ifindex, std::set<Ifindex>> slaves;          // of links, by their master
    std::map<Ifindex, std::vector<Address>> addresses;    // sorted, so that a dump compares equal
    std::map<RouteKey, SeenRoute> routes;                 // had's own protocol only
    std::set<Connected> connected;
    std::set<SeenRule> rules;                             // of anybody
    std::map<Ifindex, LinkMode> modes;                    // where it is known
    std::map<Ifindex, Tunables> tunables;                 // where the file or the record names some
    std::map<PciAddress, SeenFunction> functions;
    std::map<Ifindex, NetDevice> devices;
    std::map<PciAddress, std::string> elsewhere;          // functions whose interface has left for another namespace
    std::map<std::string, KernelSlot> slots;
    std::map<std::string, SlotState> slot_states;         // of slots that announce nothing
    bool hotplug_thread_ended = false;                    // the one that serves those slots
    unsigned insertions = 0;

    [[nodiscard]] const Link* link(Ifindex index) const;
    [[nodiscard]] const Link* link(const std::string& name) const;
    // By any of its names.
    [[nodiscard]] const Link* link_called(const std::string& name) const;
    [[nodiscard]] bool has_slaves(Ifindex bond) const { return slaves.contains(bond); }
    // Each is a link that is there.
    [[nodiscard]] const std::set<Ifindex>& slaves_of(Ifindex bond) const;
    [[nodiscard]] bool has_address(Ifindex link, const IpPrefix& prefix) const { return address(link, prefix); }
    // One without a peer before one with.  Null: there is none.
    [[nodiscard]] const Address* address(Ifindex link, const IpPrefix& prefix) const;
    [[nodiscard]] const std::vector<Address>& addresses_of(Ifindex link) const;
    // With whatever metric, in whatever table.
    [[nodiscard]] bool is_connected(Ifindex link, const IpPrefix& network) const;
    [[nodiscard]] bool has_route(Ifindex link, const Route& route) const;
    // Nothing: it has not been read, or cannot be.
    [[nodiscard]] std::optional<std::string> tunable(Ifindex link, const std::string& word) const;
    // Whether it is known, be it that there is no such word.
    [[nodiscard]] bool knows_tunable(Ifindex link, const std::string& word) const;
    // By whomever it was made.
    [[nodiscard]] bool has_rule(const Rule& rule) const;
    // Of anybody else, as far as the kernel looks at a rule that it is to delete.
    [[nodiscard]] bool has_like_rule(const Rule& rule) const;
    friend bool operator==(const Observed&, const Observed&) = default;
};

// What a fold changed: the chassis must be placed anew only when the topology did.
enum class Change : unsigned char { nothing, state, topology };

Change fold(Observed& observed, Event event);

} // namespace had::core
