// What is in the way: an address of the file that another interface has too, and another interface on a network
// of the file, whose route the kernel may find first.  It is another program's, so it is told and left.
#include "had/core/plan/plan.hpp"
#include "had/core/plan/service.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

// VRFs are apart: what one has is not in the way of another.
std::uint32_t table_of(const Observed& observed, const Link& link) {
    const Link* master = observed.link(link.master);
    return master ? master->vrf_table : 0;
}

class Elsewhere {
public:
    Elsewhere(const Situation& s, Plan& plan, const Link& link, const Addressing& net)
        : s_(s), plan_(plan), link_(link), net_(net), table_(table_of(s.observed, link)) {}

    void tell() {
        for (const IpPrefix& prefix : net_.addresses) {
            if (prefix.address.family == IpFamily::v6 && is_link_local(prefix.address)) continue;
            address(prefix);
            network(prefix);
        }
    }

private:
    void address(const IpPrefix& prefix) {
        for (const auto& [index, addresses] : s_.observed.addresses)
            for (const Address& address : addresses) {
                const Link* other = address.prefix.address == prefix.address ? another(index) : nullptr;
                if (other)
                    add(fmt::format("{} is on {} too, where another program has put it",
                                    to_string(prefix.address), name_of(*other)));
            }
    }

    // One of a part of it: the kernel takes the narrower, and of equal ones the first.
    void network(const IpPrefix& prefix) {
        const IpPrefix ours{network_of(prefix), prefix.length};
        for (const Connected& route : s_.observed.connected) {
            const bool within = route.network.address.family == prefix.address.family &&
                                route.network.length >= prefix.length && is_on_link(route.network.address, ours);
            const Link* other = within ? another(route.link) : nullptr;
            if (other && !is_wanted_there(*other, route.network))
                add(fmt::format("the network of {} is on {} too, as {}: packets may go out there", to_string(prefix),
                                name_of(*other), to_string(route.network)));
        }
    }

    // Null: it is this one, or in another VRF.
    const Link* another(Ifindex index) const {
        const Link* other = s_.observed.link(index);
        const bool apart = !other || index == link_.index || table_of(s_.observed, *other) != table_;
        return apart ? nullptr : other;
    }

    bool is_wanted_there(const Link& other, const IpPrefix& network) const {
        const Addressing* net = net_of(s_, other);
        return net && std::any_of(net->addresses.begin(), net->addresses.end(),
                                  [&](const IpPrefix& prefix) { return is_on_link(network.address, prefix); });
    }

    std::string name_of(const Link& other) const {
        const PlacedPort* port = s_.chassis.port(other.index);
        return port ? fmt::format("{} ({})", other.name, to_string(port->name)) : other.name;
    }

    void add(std::string text) { plan_.notes[object_of(s_, link_)].add_lameness(std::move(text)); }

    const Situation& s_;
    Plan& plan_;
    const Link& link_;
    const Addressing& net_;
    std::uint32_t table_;
};

} // namespace

void plan_in_the_way(const Situation& s, Plan& plan) {
    const auto look_at = [&](const Link* link) {
        const Addressing* net = link ? net_of(s, *link) : nullptr;
        if (net && !net->addresses.empty()) Elsewhere(s, plan, *link, *net).tell();
    };
    for_each_interface(s.config, [&](const auto& interface) { look_at(s.observed.link(interface.name)); });
    for (const auto& [name, port] : s.chassis.ports)           // in a bond it has no network of its own
        if (port.role && port.role->bond.empty()) look_at(s.observed.link(port.index));
    for (const ServiceConfig& service : s.config.services)
        if (!service.net.addresses.empty()) look_at(s.observed.link(interface_of(facts_of(s), service, "")));
}

} // namespace had::core
