#include "had/core/shared_mac.hpp"

#include "had/core/extraction.hpp"
#include "had/core/failover.hpp"
#include "had/core/plan.hpp"

#include <fmt/format.h>

#include <optional>
#include <variant>

namespace had::core {
namespace {

bool moves_mac(const Situation& s, const std::string& bond) {
    const Link* link = s.observed.link(bond);
    return link && link->bond && mode_in_force(*link) == BondMode::active_backup &&
           number_of(link->bond->options, BondOption::fail_over_mac) != 0;
}

// The address with which the port is to be reached, or is reached though had.conf says nothing of it.
std::optional<Mac> carried(const Situation& s, const PlacedPort& port) {
    const Link* link = s.observed.link(port.index);
    if (!link || withholds(s, port.name.slot)) return std::nullopt;
    const RoleConfig* role = role_of(s.config, port.name);
    if (!role && !link->up) return std::nullopt;
    const bool in_bond = role ? !role->bond.empty() : link->slave.has_value();
    if (in_bond && !(role && moves_mac(s, role->bond))) return std::nullopt;
    const Mac mac = link->slave ? link->slave->permanent : link->address;
    return mac.is_zero() ? std::nullopt : std::optional(mac);
}

std::string sentence(const Mac& mac, const std::string& other, std::string_view cure) {
    return fmt::format("its MAC address {} is that of {} too, and only one of them can be reached: {}",
                       to_string(mac), other, cure);
}

} // namespace

std::string mac_conflict(const Situation& s, const PortName& name) {
    const PlacedPort* port = s.chassis.port(name);
    const RoleConfig* role = role_of(s.config, name);
    const auto mac = port && role ? carried(s, *port) : std::nullopt;
    if (!mac) return "";
    for (const BondConfig& bond : s.config.bonds) {
        const Link* link = s.observed.link(bond.name);
        if (!link || bond.name == role->bond || link->address != *mac) continue;
        const bool taken = std::holds_alternative<MacFirst>(bond.mac);
        return sentence(*mac, bond.name,
                        taken ? "give the bond one that no card owns (mac = stable)" : "exchange the card");
    }
    for (const auto& [other, placed] : s.chassis.ports) {
        const RoleConfig* theirs = role_of(s.config, other);
        const bool in_one_bond = theirs && !role->bond.empty() && theirs->bond == role->bond;
        if (other == name || in_one_bond || carried(s, placed) != mac) continue;
        return sentence(*mac, fmt::format("{} ({})", to_string(other), s.observed.link(placed.index)->name),
                        "exchange one of the cards");
    }
    return "";
}

} // namespace had::core
