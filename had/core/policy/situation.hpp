// Everything that a decision depends on: what is wanted, what is, what was tried, and what operators have ordered.
//
// Made for one question, and refers to the values: after the next event it is stale.
#pragma once

#include "had/core/action/attempts.hpp"
#include "had/core/action/owned.hpp"
#include "had/core/config/config.hpp"
#include "had/core/config/driver_table.hpp"
#include "had/core/monitor/neighbour.hpp"
#include "had/core/monitor/path_state.hpp"
#include "had/core/peer/state.hpp"
#include "had/core/policy/acceptance.hpp"
#include "had/core/policy/orders.hpp"
#include "had/core/policy/standing.hpp"
#include "had/core/service/device.hpp"
#include "had/core/service/state.hpp"
#include "had/core/world/chassis.hpp"
#include "had/core/world/loss.hpp"
#include "had/core/world/observed.hpp"

#include <map>
#include <string_view>

namespace had::core {

inline const PathStates no_paths;
inline const Neighbourhood no_neighbours;
inline const Losses no_losses;
inline const ServiceStates no_services;
inline const std::map<std::string, std::vector<Device>> no_devices;
inline const PeerStates no_peers;

struct Situation {
    const Config& config;
    std::string_view file;                    // for reasons: "had.conf"
    const DriverTable& table;
    const Chassis& chassis;
    const Observed& observed;
    const Owned& owned;
    const Orders& orders;
    const Models& models;                     // what served in each slot
    const Attempts& attempts;
    const std::map<Ifindex, Standing>& standings;
    std::string_view machine_id;              // what a stable MAC is made of
    TimePoint now;
    // Plans as if the bonding driver were loaded already, for people who ask what would be done.
    bool ahead = false;
    // `reload --force`: also plans what cuts service, bond by bond.
    bool force = false;
    const PathStates& paths = no_paths;       // what the monitors have found
    const Neighbourhood& neighbours = no_neighbours;
    const Losses& losses = no_losses;         // why ports have lost their links
    const ServiceStates& services = no_services;
    const std::map<std::string, std::vector<Device>>& devices = no_devices;   // by match
    const PeerStates& peers = no_peers;       // and the other hosts that are asked

    // What is to carry a VLAN; 0: it is not there.  A bond has its own name, and no other interface's.
    [[nodiscard]] Ifindex carrier_of(const VlanConfig& vlan) const {
        if (!config.bond(vlan.on)) return chassis.resolve(vlan.on, observed);
        const Link* bond = observed.link(vlan.on);
        return bond ? bond->index : 0;
    }
};

} // namespace had::core
