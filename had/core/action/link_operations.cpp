#include "had/core/action/link_operations.hpp"

#include "had/core/action/contest.hpp"
#include "had/core/action/owned.hpp"
#include "had/core/world/observed.hpp"

#include <fmt/format.h>

namespace had::core {

std::string CreateVlan::text() const {
    std::string out = fmt::format("create vlan {} on {} id {}", name, on.name, id);
    if (mtu) out += fmt::format(" mtu {}", *mtu);
    return out;
}

bool CreateVlan::note(Owned& owned, const Observed& observed) const {
    const Link* lower = observed.link(on.index);
    const bool sized = mtu && lower && owned.named_mtus.emplace(name, lower->mtu).second;
    return owned.vlans.insert(name).second || sized;
}

std::string SetLink::text() const {
    std::string out = "set " + link.name;
    if (mtu) out += fmt::format(" mtu {}", *mtu);
    if (address) out += fmt::format(" address {}", to_string(*address));
    if (usual_flags) out += " arp on multicast on";
    if (up) out += *up ? " up" : " down";
    return out;
}

std::string SetLink::key() const {
    return fmt::format("link {} {}{}{}{}", link.name, up ? "u" : "", mtu ? "m" : "", address ? "a" : "",
                       usual_flags ? "f" : "");
}

bool SetLink::note(Owned& owned, const Observed& observed) const {
    if (member) return false;                 // with the bond it loses it
    const Link* now = observed.link(link.index);
    const bool sized = mtu && now && (port ? owned.port_mtus.emplace(now->index, now->mtu).second
                                           : owned.named_mtus.emplace(now->name, now->mtu).second);
    const bool named = owned.note_mac(link.name, address);
    return (up == true && port && owned.raised.insert(link.index).second) || named || sized;
}

bool SetLink::forget(Owned& owned) const {
    if (member) return false;
    const bool sized = mtu && mtu == owned.mtu_before(link) &&
                       owned.port_mtus.erase(link.index) + owned.named_mtus.erase(link.name) > 0;
    return (up == false && owned.raised.erase(link.index) > 0) || sized;
}

std::string SetLinkMode::text() const { return fmt::format("set {} {}", port.name, to_string(mode)); }

bool DeleteLink::forget(Owned& owned) const {
    const std::string& name = link.name;
    owned.indexes.erase(name);
    owned.first_macs.erase(name);
    owned.bond_macs.erase(name);
    owned.actives.erase(name);
    std::erase_if(owned.contested,
                  [&](const auto& entry) { return entry.first == name || contested_link(entry.first) == name; });
    owned.named_mtus.erase(name);
    std::erase_if(owned.tuned, [&](const auto& entry) { return entry.first.first == name; });
    std::erase_if(owned.bond_options, [&](const auto& entry) { return entry.first == name; });
    return owned.bonds.erase(name) + owned.vlans.erase(name) > 0;
}

} // namespace had::core
