// Addresses and the routes of their networks, as net/ipv4/{devinet.c,fib_frontend.c} and net/ipv6/addrconf.c
// do it.
#include "test/fake/net.hpp"

#include <algorithm>
#include <cerrno>

namespace had::test {

using namespace core;

namespace {

bool is_v4(const Address& address) { return address.prefix.address.family == IpFamily::v4; }

bool is_in_network_of(const Address& a, const Address& b) {
    return is_v4(a) && is_v4(b) && a.prefix.length == b.prefix.length &&
           is_on_link(a.prefix.address, b.prefix);
}

IpPrefix link_local(const Mac& mac) {
    IpPrefix prefix{{IpFamily::v6, {0xfe, 0x80}}, 64};
    std::copy(mac.bytes.begin(), mac.bytes.end(), prefix.address.bytes.begin() + 10);
    return prefix;
}

// What the daemon and `ip addr add PREFIX broadcast +` ask for.
Address asked_for(const AddAddress& o) {
    Address address{o.link.index, o.prefix, std::nullopt, true, false};
    if (!is_v4(address)) return address;
    if (o.broadcast) address.broadcast = o.broadcast;
    else if (o.prefix.length < 31) address.broadcast = broadcast_of(o.prefix);
    address.label = o.label.empty() ? o.link.name : o.label;
    return address;
}

} // namespace

// A route of the network, once, and only of an interface that is up; of an address beside another in its network
// none (IFA_F_SECONDARY), and none of a host's.
void FakeNet::connect(const Address& address) {
    const FakeLink* link = find(address.link);
    const bool host = is_v4(address) && address.prefix.length == 32;
    if (!link || !link->link.up || address.secondary || address.no_route || address.link_scope || host) return;
    const IpPrefix whose{address.peer.value_or(address.prefix.address), address.prefix.length};
    const Connected route{address.link, {network_of(whose), whose.length}};
    if (connected_.insert(route).second) tell_(ConnectedSeen{route});
}

void FakeNet::insert_address(Address address) {
    auto& addresses = addresses_[address.link];
    address.secondary = std::any_of(addresses.begin(), addresses.end(),
                                    [&](const Address& a) { return is_in_network_of(address, a); });
    address.tentative = !is_v4(address) && taken_.contains(address.prefix.address);
    addresses.push_back(address);
    tell_(AddressSeen{address});
    connect(address);
}

ActionResult FakeNet::add_address(const Address& address, bool change) {
    const FakeLink* link = find(address.link);
    if (!link) return {ENODEV, "No such device"};
    if (!is_v4(address) && link->no_ipv6) return {EACCES, "Permission denied"};
    auto& addresses = addresses_[address.link];
    auto there = std::find_if(addresses.begin(), addresses.end(),
                              [&](const Address& a) { return a.is_same(address); });   // find_matching_ifa
    if (there == addresses.end()) {
        insert_address(address);
        return {};
    }
    if (!change) return {EEXIST, "File exists"};
    there->permanent = address.permanent;
    there->preferred = address.preferred;
    there->metric = address.metric;
    if (!is_v4(address)) there->no_route = address.no_route;
    tell_(AddressSeen{*there});
    return {};
}

ActionResult FakeNet::make(const AddAddress& o) {
    if (o.instead) remove_address(o.link.index, *o.instead, o.instead_peer);
    const ActionResult result = add_address(asked_for(o), o.renew);
    return result.error == EEXIST ? ActionResult{} : result;  // welcome, says the codec
}

ActionResult FakeNet::make(const Connect& o) {
    if (!find(o.link.index)) return {ENODEV, "No such device"};
    if (!find(o.link.index)->link.up) return {ENETDOWN, "Network is down"};
    const Connected route{o.link.index, o.network()};
    if (connected_.insert(route).second) tell_(ConnectedSeen{route});
    return {};
}

ActionResult FakeNet::disconnect(Ifindex link, const IpPrefix& network) {
    if (connected_.erase({link, network}) == 0) return {ESRCH, "No such process"};
    tell_(ConnectedGone{{link, network}});
    return {};
}

// The next one of its network takes its place, where the kernel is told to do so; else they go with it.
void FakeNet::promote(Ifindex link, const Address& gone) {
    auto& addresses = addresses_[link];
    const auto is_next = [&](const Address& a) { return is_in_network_of(a, gone); };
    if (promotes_secondaries) {
        auto next = std::find_if(addresses.begin(), addresses.end(), is_next);
        if (next == addresses.end()) return;
        next->secondary = false;
        tell_(AddressSeen{*next});
        return connect(*next);
    }
    std::erase_if(addresses, [&](const Address& address) {
        if (!is_next(address)) return false;
        tell_(AddressGone{address});
        return true;
    });
}

ActionResult FakeNet::remove_address(Ifindex index, const IpPrefix& prefix, const std::optional<IpAddress>& peer) {
    auto of_link = addresses_.find(index);
    if (of_link == addresses_.end()) return {EADDRNOTAVAIL, "Cannot assign requested address"};
    auto at = std::find_if(of_link->second.begin(), of_link->second.end(),
                           [&](const Address& a) { return a.prefix == prefix && (!peer || a.peer == peer); });
    if (at == of_link->second.end()) return {EADDRNOTAVAIL, "Cannot assign requested address"};
    const Address gone = *at;
    of_link->second.erase(at);
    tell_(AddressGone{gone});
    if (!has_usable(gone.prefix.address)) drop_source(gone.prefix.address);
    const IpPrefix whose{gone.peer.value_or(gone.prefix.address), gone.prefix.length};
    const Connected route{index, {network_of(whose), whose.length}};
    if (!gone.secondary && connected_.erase(route) > 0) tell_(ConnectedGone{route});
    if (!gone.secondary && is_v4(gone)) promote(index, gone);
    const bool any_v4 = std::any_of(of_link->second.begin(), of_link->second.end(), is_v4);
    if (of_link->second.empty()) addresses_.erase(of_link);
    if (!any_v4 && is_v4(gone)) drop_routes(index, true);
    return {};
}

ActionResult FakeNet::make(const RemoveAddress& o) {
    if (!find(o.link.index)) return {ENODEV, "No such device"};
    remove_address(o.link.index, o.prefix, o.peer);           // gone already is welcome, says the codec
    return {};
}

void FakeNet::make_local(const FakeLink& link) {
    Address local{link.link.index, link_local(link.link.address), std::nullopt, true, true};
    addresses_[link.link.index].push_back(local);
    tell_(AddressSeen{local});
}

void FakeNet::set_taken(const IpAddress& address, bool taken) {
    if (taken) taken_.insert(address);
    else taken_.erase(address);
    for (auto& [index, addresses] : addresses_)
        for (Address& each : addresses)
            if (taken && each.prefix.address == address) each.tentative = true;
    end_dad();
}

// addrconf_dad_failure; else addrconf_dad_completed, of which rtnetlink tells as well.
void FakeNet::end_dad() {
    for (auto& [index, addresses] : addresses_)
        for (Address& each : addresses) {
            if (!each.tentative || each.duplicate) continue;
            each.duplicate = each.tentative = taken_.contains(each.prefix.address);
            tell_(AddressSeen{each});
        }
}

// addrconf_disable_change: as if the interface went down or up, for IPv6 alone.
void FakeNet::switch_ipv6(Ifindex index, bool on) {
    FakeLink& link = *find(index);
    if (link.no_ipv6 == !on) return;
    link.no_ipv6 = !on;
    if (!on) {
        drop_addresses(index, true);
        std::erase_if(connected_, [&](const Connected& route) {
            if (route.link != index || route.network.address.family == IpFamily::v4) return false;
            tell_(ConnectedGone{route});
            return true;
        });
    } else if (link.link.up) {
        make_local(link);
        tell_(Ipv6Seen{index});
    }
}

} // namespace had::test
