#include "had/core/plan/worklist.hpp"

#include <algorithm>
#include <tuple>

namespace had::core {
namespace {

void add_port(Worklist& worklist, const Situation& s, Ifindex index) {
    if (const PlacedPort* port = s.chassis.port(index)) worklist.ports.insert(port->name);
}

bool is_port_of_file(const Situation& s, Ifindex index) {
    const PlacedPort* port = s.chassis.port(index);
    if (!port || !port->role) return false;
    const PlacedSlot& slot = s.chassis.slots.at(port->name.slot);
    return slot.configured && slot.controlled;
}

// Which port is active changes by the second, and concerns the bond alone.
bool same_options(const BondOptions& a, const BondOptions& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& one, const auto& other) {
        return one.first == other.first && (one.first == BondOption::active_slave || one.second == other.second);
    });
}

} // namespace

void Worklist::merge(const Worklist& other) {
    all = all || other.all;
    rest = rest || other.rest;
    bonds.insert(other.bonds.begin(), other.bonds.end());
    ports.insert(other.ports.begin(), other.ports.end());
    slots.insert(other.slots.begin(), other.slots.end());
}

void add_bond(Worklist& worklist, const Config& config, const std::string& name) {
    const auto at = std::find_if(config.bonds.begin(), config.bonds.end(),
                                 [&](const BondConfig& bond) { return bond.name == name; });
    if (at != config.bonds.end()) worklist.bonds.insert(static_cast<std::size_t>(at - config.bonds.begin()));
}

void touch(Worklist& worklist, const Situation& s, Ifindex index) {
    if (worklist.all) return;
    const Link* link = s.observed.link(index);
    const bool bond = link && link->bond && s.config.bond(link->name);
    if (!bond && !(link && is_port_of_file(s, index))) {
        worklist.all = true;
        return;
    }
    add_port(worklist, s, index);
    if (const Link* master = s.observed.link(link->master)) add_bond(worklist, s.config, master->name);
    if (!bond) return;
    add_bond(worklist, s.config, link->name);
    for (const Ifindex slave : s.observed.slaves_of(index)) add_port(worklist, s, slave);
}

bool is_of_itself(const Link& known, const Link& heard) {
    const auto rest = [](const Link& link) {
        return std::tie(link.mtu, link.least_mtu, link.most_mtu, link.queue, link.odd_flags, link.address,
                        link.permanent);
    };
    return is_same_place(known, heard) && rest(known) == rest(heard) &&
           (!known.slave || known.slave->permanent == heard.slave->permanent) &&
           (!known.bond || same_options(known.bond->options, heard.bond->options));
}

} // namespace had::core
