// A small world made by hand, and what the core makes of it.
#pragma once

#include "had/core/plan/plan.hpp"
#include "had/core/view/view.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace had::test {

using namespace core;

inline constexpr std::string_view one_bond = "[bond bond0]\n"
                                             "mode    = active-backup\n"
                                             "miimon  = 100\n"
                                             "address = 10.0.1.1/24\n"
                                             "[config member]\n"
                                             "bond = bond0\n"
                                             "[devices]\n"
                                             "2.0 = member\n"
                                             "2.1 = member\n";

struct World {
    Config config;
    DriverTable table;
    Observed observed;
    Owned owned;
    Orders orders;
    Models models;
    Attempts attempts;
    std::map<Ifindex, Standing> standings;
    Chassis chassis;
    Parameters parameters;                    // of every module
    bool ahead = false, force = false;
    PeerStates peers = {};

    explicit World(std::string_view text = one_bond) {
        ParsedConfig parsed = parse_config(text);
        if (has_errors(parsed.diagnostics))
            throw std::invalid_argument(to_string(parsed.diagnostics.front(), "had.conf"));
        config = std::move(parsed.config);
    }

    Change hear(Event event) { return fold(observed, std::move(event)); }

    Situation situation() {
        chassis = place(config, observed);
        return {config,   "had.conf", table,       chassis, observed, owned,
                orders, models, attempts, standings, "machine", TimePoint{}, ahead,   force,
                no_paths, no_neighbours,
                no_losses, no_services, no_devices, peers};
    }
    Plan plan() { return core::plan(situation()); }
    View view() {
        const Situation s = situation();
        return derive_view(s, core::plan(s), "kernel");
    }
    // What is planned, a line each.
    std::vector<std::string> wanted() {
        std::vector<std::string> lines;
        for (const Action& action : plan().actions)
            lines.push_back(to_string(action.operation));
        return lines;
    }
};

inline PciAddress at(std::string_view text) {
    return pci_address_from(text).value();
}

inline PciFunction function(const std::vector<std::string_view>& chain, std::uint16_t device = 0x100e,
                            std::string driver = "") {
    PciFunction f;
    for (const std::string_view step : chain)
        f.chain.push_back(at(step));
    f.vendor = 0x8086;
    f.device = device;
    f.class_code = 0x020000;
    f.driver = std::move(driver);
    return f;
}

inline Link nic(Ifindex index, std::string name) {
    Link link;
    link.index = index;
    link.name = std::move(name);
    link.mtu = 1500;
    link.address = Mac{{0x52, 0x54, 0, 0, 0, static_cast<std::uint8_t>(index)}};
    return link;
}

inline Link bond(Ifindex index, std::string name) {
    Link link = nic(index, std::move(name));
    link.kind = "bond";
    link.address = stable_mac("machine", link.name);
    link.up = true;
    link.bond = BondInfo{};
    for (const BondOptionRule& rule : bond_option_rules())
        if (rule.type != BondType::mac) link.bond->options[rule.id] = rule.initial;
    link.bond->options[BondOption::mode] = std::uint64_t{1};
    link.bond->options[BondOption::miimon] = std::uint64_t{100};
    link.bond->options[BondOption::primary_reselect] = std::uint64_t{2};
    return link;
}

inline Link slave(Ifindex index, std::string name, Ifindex master, bool active = false) {
    Link link = nic(index, std::move(name));
    link.master = master;
    link.address = stable_mac("machine", "bond0");          // as a bond gives it to its ports
    link.up = link.carrier = true;
    link.slave = SlaveInfo{};
    link.slave->active = active;
    link.slave->mii = MiiStatus::up;
    return link;
}

// As the daemon sets it.
inline Address address(Ifindex link, std::string_view text) {
    const IpPrefix prefix = ip_prefix_from(text).value();
    const bool v4 = prefix.address.family == IpFamily::v4 && prefix.length < 31;
    return {link, prefix, v4 ? std::optional(broadcast_of(prefix)) : std::nullopt, true, false};
}

inline Connected connected(Ifindex link, std::string_view network) {
    return {link, ip_prefix_from(network).value()};
}

inline KernelSlot slot(std::string name, std::string_view device) {
    const PciAddress a = at(std::string(device) + ".0");
    return {std::move(name), a.domain, a.bus, a.device, "acpiphp", false, true};
}

// Slot 2 with a card of two functions and their interfaces eth0 (2) and eth1 (3).
inline void insert_card(World& world) {
    world.hear(SlotSeen{slot("2", "0000:00:02")});
    for (const auto& [place, index, name] :
         {std::tuple("0000:00:02.0", 2, "eth0"), std::tuple("0000:00:02.1", 3, "eth1")}) {
        world.hear(FunctionSeen{function({place}, 0x1010, "e1000")});
        world.hear(NetDeviceSeen{{index, at(place), 0, true}});
        world.hear(LinkSeen{nic(index, name)});
    }
}

// The same, serving: both are in bond0 (9), which had made, and eth0 is active.
inline void let_serve(World& world) {
    insert_card(world);
    Link link = bond(9, "bond0");
    link.carrier = true;
    link.bond->options[BondOption::active_slave] = std::uint64_t{2};
    world.hear(LinkSeen{link});
    world.hear(AddressSeen{address(9, "10.0.1.1/24")});
    world.hear(ConnectedSeen{connected(9, "10.0.1.0/24")});
    world.hear(LinkSeen{slave(2, "eth0", 9, true)});
    world.hear(LinkSeen{slave(3, "eth1", 9)});
    world.owned.bonds = {"bond0"};
    world.owned.members = {{2, "bond0"}, {3, "bond0"}};
}

} // namespace had::test
