#include "had/core/owned.hpp"

#include "had/core/contest.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <vector>

namespace had::core {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const std::size_t end = std::min(line.find(' '), line.size());
        if (end > 0) words.push_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

std::optional<Ifindex> index_from(std::string_view word) {
    Ifindex index = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
    if (error != std::errc{} || end != word.data() + word.size() || index <= 0) return std::nullopt;
    return index;
}

void read_record(Owned& owned, const std::vector<std::string_view>& w) {
    if (w.size() < 2) return;
    const std::string name(w[1]);
    const auto index = index_from(w[1]);
    if (w[0] == "bond") owned.bonds.insert(name);
    if (w[0] == "vlan") owned.vlans.insert(name);
    if (w[0] == "module") owned.modules.insert(name);
    if (w[0] == "contested") owned.contested.insert(fmt::format("{}", fmt::join(w.begin() + 1, w.end(), " ")));
    if (w[0] == "raised" && index) owned.raised.insert(*index);
    if (w.size() < 3) return;
    if (w[0] == "option") owned.bond_options.emplace(name, w[2]);
    if (const auto active = index_from(w[2]); w[0] == "active" && active) owned.actives[name] = *active;
    if (w[0] == "member" && index) owned.members[*index] = std::string(w[2]);
    if (w[0] == "mac")
        if (const auto mac = mac_from(w[2])) owned.first_macs[name] = *mac;
    if (const auto prefix = ip_prefix_from(w[2])) {
        if (w[0] == "bond-address") owned.bond_addresses.emplace(name, *prefix);
        if (w[0] == "port-address" && index) owned.port_addresses.emplace(*index, *prefix);
    }
}

bool is_initial(const BondOptionRule& rule, const BondValue& value) {
    const auto* number = std::get_if<std::uint64_t>(&value);
    const auto* list = std::get_if<std::vector<IpAddress>>(&value);
    return number ? *number == rule.initial : list && list->empty();
}

} // namespace

bool Owned::note_options(const std::string& bond, const BondOptions& options) {
    bool changed = false;
    for (const auto& [id, value] : options)
        if (const BondOptionRule& rule = rule_of(id); !is_initial(rule, value))
            // Which port is active is a decision of the moment, nothing to be taken back.
            changed = (rule.type != BondType::ifindex && bond_options.emplace(bond, rule.name).second) ||
                      changed;
    return changed;
}

bool Owned::note(const Operation& operation) {
    return std::visit(
        overloaded{
            [&](const CreateBond& o) {
                const bool fresh = bonds.insert(o.name).second;
                return note_options(o.name, o.options) || fresh;
            },
            [&](const CreateVlan& o) { return vlans.insert(o.name).second; },
            [&](const SetBondOptions& o) { return note_options(o.bond.name, o.options); },
            [&](const Enslave& o) {
                std::string& bond = members[o.port.index];
                const bool fresh = bond != o.bond.name;
                bond = o.bond.name;
                return raised.erase(o.port.index) > 0 || fresh;
            },
            [&](const SetLink& o) {
                return o.up.value_or(false) && o.port && raised.insert(o.link.index).second;
            },
            [&](const AddAddress& o) {
                return o.port ? port_addresses.emplace(o.link.index, o.prefix).second
                              : bond_addresses.emplace(o.link.name, o.prefix).second;
            },
            [&](const LoadModule& o) { return !o.slot.empty() && modules.insert(o.module).second; },
            [](const auto&) { return false; },
        },
        operation);
}

bool Owned::forget(const Operation& operation) {
    return std::visit(
        overloaded{
            [&](const Release& o) { return members.erase(o.port.index) > 0; },
            [&](const SetLink& o) { return !o.up.value_or(true) && raised.erase(o.link.index) > 0; },
            [&](const RemoveAddress& o) {
                return port_addresses.erase({o.link.index, o.prefix}) +
                           bond_addresses.erase({o.link.name, o.prefix}) > 0;
            },
            [&](const SetBondOptions& o) {
                return std::erase_if(bond_options, [&](const auto& entry) {
                           const BondOptionRule& rule = *find_bond_option(entry.second);
                           auto at = o.options.find(rule.id);
                           return entry.first == o.bond.name && at != o.options.end() &&
                                  is_initial(rule, at->second);
                       }) > 0;
            },
            [&](const DeleteLink& o) {
                first_macs.erase(o.link.name);
                actives.erase(o.link.name);
                contested.erase(o.link.name);
                std::erase_if(bond_options, [&](const auto& entry) { return entry.first == o.link.name; });
                return bonds.erase(o.link.name) + vlans.erase(o.link.name) > 0;
            },
            [&](const UnloadModule& o) { return modules.erase(o.module) > 0; },
            [](const auto&) { return false; },
        },
        operation);
}

bool Owned::prune(const Observed& observed, const Config* config) {
    const Owned before = *this;
    std::set<std::string> names;
    if (config) {
        for (const BondConfig& bond : config->bonds) names.insert(bond.name);
        for (const VlanConfig& vlan : config->vlans) names.insert(vlan.name);
    }
    for (const auto& [index, link] : observed.links) names.insert(link.name);
    std::erase_if(bonds, [&](const auto& name) { return !names.contains(name); });
    std::erase_if(vlans, [&](const auto& name) { return !names.contains(name); });
    std::erase_if(bond_addresses, [&](const auto& entry) { return !names.contains(entry.first); });
    std::erase_if(bond_options, [&](const auto& entry) {
        return !names.contains(entry.first) || !find_bond_option(entry.second);
    });
    std::erase_if(first_macs, [&](const auto& entry) { return !names.contains(entry.first); });
    std::erase_if(actives, [&](const auto& entry) {
        return !names.contains(entry.first) || !observed.link(entry.second);
    });
    std::erase_if(contested, [&](const auto& name) { return !names.contains(name); });
    std::erase_if(members, [&](const auto& entry) { return !observed.link(entry.first); });
    std::erase_if(raised, [&](Ifindex index) { return !observed.link(index); });
    std::erase_if(port_addresses, [&](const auto& entry) { return !observed.link(entry.first); });
    return !(before == *this);
}

bool Owned::has_address(const LinkRef& link, const IpPrefix& prefix) const {
    return port_addresses.contains({link.index, prefix}) ||
           bond_addresses.contains({link.name, prefix});
}

std::string print(const Owned& owned) {
    std::string out;
    for (const auto& name : owned.bonds) out += fmt::format("bond {}\n", name);
    for (const auto& name : owned.vlans) out += fmt::format("vlan {}\n", name);
    for (const auto& [name, mac] : owned.first_macs)
        out += fmt::format("mac {} {}\n", name, to_string(mac));
    for (const auto& [name, option] : owned.bond_options)
        out += fmt::format("option {} {}\n", name, option);
    for (const auto& [index, bond] : owned.members) out += fmt::format("member {} {}\n", index, bond);
    for (const Ifindex index : owned.raised) out += fmt::format("raised {}\n", index);
    for (const auto& [name, prefix] : owned.bond_addresses)
        out += fmt::format("bond-address {} {}\n", name, to_string(prefix));
    for (const auto& [index, prefix] : owned.port_addresses)
        out += fmt::format("port-address {} {}\n", index, to_string(prefix));
    for (const auto& [name, index] : owned.actives) out += fmt::format("active {} {}\n", name, index);
    for (const auto& name : owned.contested) out += fmt::format("contested {}\n", name);
    for (const auto& name : owned.modules) out += fmt::format("module {}\n", name);
    return out;
}

Owned parse_owned(std::string_view text) {
    Owned owned;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        read_record(owned, words_of(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return owned;
}

} // namespace had::core
