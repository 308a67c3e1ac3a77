// VLANs against what carries them.
#include "had/core/config/check.hpp"

#include <fmt/format.h>

#include <map>

namespace had::core {

namespace {

// The least MTU of a bond or port for which the file gives none.
constexpr std::uint32_t ethernet_mtu = 1500;

class VlanCheck {
public:
    VlanCheck(Parsing& parsing, const VlanConfig& vlan)
        : parsing_(parsing), vlan_(vlan), notes_{parsing.diagnostics, vlan.name} {}

    void carrier() const {
        const Config& config = parsing_.config;
        if (const BondConfig* bond = named(parsing_.index.bonds, vlan_.on)) return mtu(bond->net, bond->name);
        if (parsing_.index.vlans.contains(vlan_.on))
            return notes_.error(line_of("on"), "{} is a VLAN itself, and carries no other", vlan_.on);
        const auto port = port_name_from(vlan_.on);
        const DeviceLine* device = port ? config.device(*port) : nullptr;
        if (!device) return stranger();
        const RoleConfig* role = named(parsing_.index.roles, device->config);
        if (role && !role->bond.empty())
            return notes_.error(line_of("on"), "{} is a port of {}, give 'on = {}'", vlan_.on, role->bond,
                                role->bond);
        if (role) mtu(role->net, vlan_.on);
    }

private:
    [[nodiscard]] Line line_of(std::string_view key) const {
        return parsing_.line_of("vlan " + vlan_.name, key, vlan_.line);
    }

    void stranger() const {
        if (vlan_.on.empty()) return;
        const auto port = port_name_from(vlan_.on);
        std::string hint = port ? suggest_slot(parsing_, port->slot) : "";
        if (hint.empty()) hint = suggest(parsing_, vlan_.on, parsing_.config.bonds);
        notes_.warning(line_of("on"), "{} is no bond or port of this file{}", vlan_.on,
                       hint.empty() ? ", the VLAN waits until there is such an interface" : hint);
    }

    void mtu(const Addressing& carrier, const std::string& name) const {
        const std::uint32_t most = carrier.mtu.value_or(ethernet_mtu);
        if (vlan_.net.mtu && *vlan_.net.mtu > most)
            notes_.error(line_of("mtu"), "mtu {} is more than that of {}, {}", *vlan_.net.mtu, name, most);
    }

    Parsing& parsing_;
    const VlanConfig& vlan_;
    Notes notes_;
};

} // namespace

void check_vlans(Parsing& parsing) {
    std::map<std::pair<std::string, std::uint16_t>, const VlanConfig*> seen;
    for (const VlanConfig& vlan : parsing.config.vlans) {
        VlanCheck(parsing, vlan).carrier();
        if (vlan.on.empty() || vlan.id == 0) continue;
        const auto [at, inserted] = seen.try_emplace({vlan.on, vlan.id}, &vlan);
        if (inserted) continue;
        Notes{parsing.diagnostics, vlan.name}.error(
            parsing.line_of("vlan " + vlan.name, "id", vlan.line),
            "{} on {} is also that of {}, {}", vlan.id, vlan.on, at->second->name,
            at->second->line);
    }
}

} // namespace had::core
