// What a section says of IPv6 in two places.
#include "had/core/config/check.hpp"

namespace had::core {

namespace {

// Where IPv6 is off the kernel takes neither.
void check_ipv6(Parsing& parsing, const std::string& kind, const std::string& name, const Tuning& tuning,
                const Addressing& net) {
    if (tuning.ipv6 != Ipv6Use::off) return;
    const std::string section = kind + " " + name;
    const auto wrong = [&](const std::string& what) {
        Notes{parsing.diagnostics, name}.error(parsing.line_of(section, "ipv6", 0),
                                               "'ipv6 = off', and {} needs it: say 'ipv6 = static'", what);
    };
    for (const IpPrefix& prefix : net.addresses)
        if (prefix.address.family == IpFamily::v6) return wrong("address " + to_string(prefix));
    for (const RouteConfig& route : net.routes)
        if (route.family() == IpFamily::v6 && !route.way.blackhole)
            return wrong(route.destination ? "route " + to_string(*route.destination)
                                           : "gateway " + to_string(*route.way.via));
}

} // namespace

void check_tuning(Parsing& parsing) {
    for (const BondConfig& bond : parsing.config.bonds) check_ipv6(parsing, "bond", bond.name, bond.tuning, bond.net);
    for (const RoleConfig& role : parsing.config.configs)
        check_ipv6(parsing, "config", role.name, role.tuning, role.net);
    for (const VlanConfig& vlan : parsing.config.vlans) check_ipv6(parsing, "vlan", vlan.name, vlan.tuning, vlan.net);
}

} // namespace had::core
