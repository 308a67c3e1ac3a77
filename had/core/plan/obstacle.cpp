// What is in the way of what had.conf wants, and is nobody's of the daemon: a name that another interface has, a
// port that others work through, a size that a card has not.
#include "had/core/plan/plan.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

// Each end of a cable of the kernel's own is what the other stands on.
bool is_pair(const Link& a, const Link& b) { return a.lower == b.index && b.lower == a.index; }

bool is_ours(const Situation& s, const Link& link) {
    return link.kind == "vlan" && (s.config.vlan(link.name) || s.owned.vlans.contains(link.name));
}

std::string print(const Link& link) {
    return link.kind.empty() ? link.name : fmt::format("{} ({})", link.name, link.kind);
}

std::string range_of(const Link& link) {
    return fmt::format("{} to {}", link.least_mtu, link.most_mtu);
}

bool can_have(const Link& link, std::uint32_t mtu) {
    return mtu >= link.least_mtu && (link.most_mtu == 0 || mtu <= link.most_mtu);
}

} // namespace

std::string who_has_name(const Observed& observed, const std::string& name, const KindDriver& wanted) {
    if (const Link* own = observed.link(name)) {
        if (own->kind == wanted.kind) return "";
        return fmt::format("an interface named {} exists and is no {}{}: rename or delete it", name, wanted.noun,
                           own->kind.empty() ? "" : ", but of kind " + own->kind);
    }
    const Link* other = observed.link_called(name);
    if (!other) return "";
    return fmt::format("{} is an alternative name of {}: take it away from there (`ip link property del dev {} "
                       "altname {}`), or give the {} another",
                       name, other->name, other->name, name, wanted.noun);
}

// A port of another bond is moved: that is what had.conf says of it.  A VRF is a table of routes, in which a port
// with an address of its own serves as ever.
std::string what_stands_on(const Situation& s, const Link& port, bool plain) {
    const Link* master = s.observed.link(port.master);
    const bool serves_there = master && (master->bond || (plain && master->kind == "vrf"));
    if (master && !serves_there)
        return fmt::format("{} is a port of {}: take it out of there (`ip link set {} nomaster`)", port.name,
                           print(*master), port.name);
    if (plain) return "";
    for (const auto& [index, link] : s.observed.links)
        if (link.lower == port.index && index != port.index && !is_pair(link, port) && !is_ours(s, link))
            return fmt::format("{} stands on {}: it would be cut; delete it, or put it on the bond", print(link),
                               port.name);
    return "";
}

std::string who_cannot_have_mtu(const Situation& s, const Link& link, std::uint32_t mtu) {
    if (!can_have(link, mtu) && !link.bond)
        return fmt::format("{} can have an mtu of {}", link.name, range_of(link));
    for (const Ifindex index : s.observed.slaves_of(link.index)) {
        const Link& slave = *s.observed.link(index);
        if (can_have(slave, mtu)) continue;
        const PlacedPort* port = s.chassis.port(index);
        return fmt::format("{} can have an mtu of {}",
                           port ? fmt::format("{} ({})", to_string(port->name), slave.name) : slave.name,
                           range_of(slave));
    }
    return "";
}

} // namespace had::core
