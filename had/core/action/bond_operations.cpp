#include "had/core/action/bond_operations.hpp"

#include "had/core/action/owned.hpp"

#include <fmt/format.h>

namespace had::core {
namespace {

constexpr std::uint32_t ethernet_mtu = 1500;  // what the driver gives a bond (bonding: ether_setup)

std::string print(const BondOptions& options) {
    std::string out;
    for (const BondOptionRule& rule : bond_option_rules())
        if (auto at = options.find(rule.id); at != options.end())
            out += fmt::format(" {} {}{}", rule.name, rule.type == BondType::ifindex ? "interface " : "",
                               print_value(rule, at->second));
    return out;
}

bool is_initial(const BondOptionRule& rule, const BondValue& value) {
    const auto* number = std::get_if<std::uint64_t>(&value);
    const auto* list = std::get_if<std::vector<IpAddress>>(&value);
    return number ? *number == rule.initial : list && list->empty();
}

bool note_options(Owned& owned, const std::string& bond, const BondOptions& options) {
    bool changed = false;
    for (const auto& [id, value] : options) {
        const BondOptionRule& rule = rule_of(id);
        // Which port is active is a decision of the moment, nothing to be taken back.
        if (is_initial(rule, value) || rule.type == BondType::ifindex) continue;
        changed = owned.bond_options.emplace(bond, rule.name).second || changed;
    }
    return changed;
}

} // namespace

std::string CreateBond::text() const {
    std::string out = fmt::format("create bond {}{}", name, print(options));
    if (address) out += fmt::format(" address {}", to_string(*address));
    if (mtu) out += fmt::format(" mtu {}", *mtu);
    return out;
}

bool CreateBond::note(Owned& owned, const Observed&) const {
    const bool fresh = owned.bonds.insert(name).second;
    const bool named = owned.note_mac(name, address);
    const bool sized = mtu && owned.named_mtus.emplace(name, ethernet_mtu).second;
    return note_options(owned, name, options) || sized || named || fresh;
}

std::string SetBondOptions::text() const { return fmt::format("set {}{}", bond.name, print(options)); }

std::string SetBondOptions::key() const {
    return fmt::format("option {} {}", bond.name, options.empty() ? "" : rule_of(options.begin()->first).name);
}

bool SetBondOptions::note(Owned& owned, const Observed&) const {
    return note_options(owned, bond.name, options);
}

bool SetBondOptions::forget(Owned& owned) const {
    return std::erase_if(owned.bond_options, [&](const auto& entry) {
               const BondOptionRule& rule = *find_bond_option(entry.second);
               auto at = options.find(rule.id);
               return entry.first == bond.name && at != options.end() && is_initial(rule, at->second);
           }) > 0;
}

} // namespace had::core
