#include "had/core/action/net_operations.hpp"

#include "had/core/action/owned.hpp"

#include <fmt/format.h>

namespace had::core {

std::string AddAddress::text() const {
    std::string out = instead || renew ? fmt::format("replace {} on {}", to_string(prefix), link.name)
                                       : fmt::format("add {} to {}", to_string(prefix), link.name);
    if (broadcast) out += fmt::format(" broadcast {}", to_string(*broadcast));
    if (!label.empty()) out += " label " + label;
    return out;
}

bool AddAddress::note(Owned& owned, const Observed&) const {
    return port ? owned.port_addresses.emplace(link.index, prefix).second
                : owned.bond_addresses.emplace(link.name, prefix).second;
}

std::string RemoveAddress::text() const { return fmt::format("remove {} from {}", to_string(prefix), link.name); }

bool RemoveAddress::forget(Owned& owned) const {
    return owned.port_addresses.erase({link.index, prefix}) + owned.bond_addresses.erase({link.name, prefix}) > 0;
}

std::string Connect::text() const {
    return fmt::format("add route {} of {} to {}", to_string(network()), to_string(address.address), link.name);
}

namespace {

// A blackhole leads through no interface.
std::string with_link(std::string text, std::string_view word, const LinkRef& link) {
    return is_none(link) ? text : fmt::format("{} {} {}", text, word, link.name);
}
std::string key_of(const LinkRef& link, const Route& route) {
    return is_none(link) ? to_string(route) : "route " + link.name + " " + to_string(route);
}

} // namespace

std::string AddRoute::text() const {
    return with_link(fmt::format("{} route {}", replace ? "replace" : "add", to_string(route)), "on", link);
}

std::string AddRoute::key() const { return key_of(link, route); }

std::string RemoveRoute::text() const { return with_link("remove route " + to_string(route), "from", link); }

std::string RemoveRoute::key() const { return "no " + key_of(link, route); }

std::string ForgetNeighbour::text() const {
    return fmt::format("look for neighbour {} on {} anew", to_string(address), link.name);
}

} // namespace had::core
