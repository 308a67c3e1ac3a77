#include "had/core/policy/shared_mac.hpp"

#include "had/core/policy/extraction.hpp"
#include "had/core/policy/failover.hpp"
#include "had/core/policy/situation.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>
#include <variant>

namespace had::core {
namespace {

bool moves_mac(const Situation& s, const std::string& bond) {
    const Link* link = s.observed.link(bond);
    return link && link->bond && mode_in_force(*link) == BondMode::active_backup &&
           number_of(link->bond->options, BondOption::fail_over_mac) != 0;
}

// The MAC address by which the port itself is reached: as had.conf wants it, or as it is when had.conf does not name
// the port.
std::optional<Mac> carried(const Situation& s, const PlacedPort& port) {
    const Link* link = s.observed.link(port.index);
    if (!link || is_withheld(s, port.name.slot)) return std::nullopt;
    const RoleConfig* role = port.role;
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

class Carriers {
public:
    explicit Carriers(const Situation& situation) : s_(situation) {
        for (const BondConfig& bond : s_.config.bonds)
            if (const Link* link = s_.observed.link(bond.name)) bonds_.emplace(link->address, &bond);
        for (const auto& [name, port] : s_.chassis.ports)
            if (const auto mac = carried(s_, port)) ports_.emplace(*mac, &port);
    }

    std::map<PortName, std::string> conflicts() const {
        std::map<PortName, std::string> all;
        for (const auto& [mac, port] : ports_) {
            const RoleConfig* role = port->role;
            std::string text = role ? conflict_of(mac, *port, *role) : "";
            if (!text.empty()) all.emplace(port->name, std::move(text));
        }
        return all;
    }

private:
    std::string conflict_of(const Mac& mac, const PlacedPort& port, const RoleConfig& role) const {
        const auto [bond, last_bond] = bonds_.equal_range(mac);
        for (auto at = bond; at != last_bond; ++at)
            if (at->second->name != role.bond)
                return sentence(mac, at->second->name,
                                std::holds_alternative<MacFirst>(at->second->mac)
                                    ? "give the bond one that no card owns (mac = stable)"
                                    : "exchange the card");
        const auto [other, last] = ports_.equal_range(mac);
        for (auto at = other; at != last; ++at)
            if (at->second != &port && !is_in_bond(*at->second, role.bond))
                return sentence(mac,
                                fmt::format("{} ({})", to_string(at->second->name),
                                            s_.observed.link(at->second->index)->name),
                                "exchange one of the cards");
        return "";
    }

    bool is_in_bond(const PlacedPort& port, const std::string& bond) const {
        const RoleConfig* role = port.role;
        return role && !bond.empty() && role->bond == bond;
    }

    const Situation& s_;
    std::multimap<Mac, const BondConfig*> bonds_;
    std::multimap<Mac, const PlacedPort*> ports_;
};

} // namespace

std::map<PortName, std::string> mac_conflicts(const Situation& s) { return Carriers(s).conflicts(); }

} // namespace had::core
