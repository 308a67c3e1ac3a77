// VLANs, as net/8021q/{vlan.c,vlan_dev.c,vlan_netlink.c} do it.
#include "test/fake/net.hpp"

#include <algorithm>
#include <cerrno>

namespace had::test {

using namespace core;

std::vector<Ifindex> FakeNet::vlans_on(Ifindex lower) const {
    std::vector<Ifindex> vlans;
    for (const auto& [index, link] : links_)
        if (link.link.kind == "vlan" && link.link.lower == lower) vlans.push_back(index);
    return vlans;
}

ActionResult FakeNet::make(const CreateVlan& o) {
    const FakeLink* lower = find(o.on.index);
    if (!lower) return {ENODEV, "link does not exist"};
    if (is_name_taken(o.name)) return {EEXIST, "File exists"};
    for (const Ifindex vlan : vlans_on(o.on.index))
        if (find(vlan)->link.vlan_id == o.id) return {EEXIST, "VLAN device already exists"};
    if (o.mtu && *o.mtu > lower->link.mtu) return {EINVAL, "Invalid argument"};
    FakeLink made;
    made.link.index = next_index_++;
    made.link.name = o.name;
    made.link.kind = "vlan";
    made.link.lower = o.on.index;
    made.link.vlan_id = o.id;
    made.link.mtu = o.mtu.value_or(lower->link.mtu);
    made.link.queue = 1000;
    made.link.address = made.own = lower->link.address;
    tell(links_[made.link.index] = made);
    return {};
}

// With what carries it a VLAN goes up and down, whoever had set it otherwise (vlan_device_event).
void FakeNet::carry_vlans(const FakeLink& lower) {
    for (const Ifindex index : vlans_on(lower.link.index)) {
        FakeLink& vlan = *find(index);
        set_up(vlan, lower.link.up);
        update_carrier(vlan);
    }
}

void FakeNet::remove_vlans(Ifindex lower) {
    for (const Ifindex vlan : vlans_on(lower)) {
        drop_routes(vlan, false);
        drop_addresses(vlan, false);
        links_.erase(vlan);
        tell_(LinkGone{vlan});
    }
}

// net/core/dev.c dev_validate_mtu; bond_main.c bond_change_mtu tries each port in turn, and takes it back from those
// that had it.
ActionResult FakeNet::refuse_mtu(const FakeLink& link, std::uint32_t mtu) const {
    const auto is_over = [mtu](const FakeLink& l) { return l.link.most_mtu != 0 && mtu > l.link.most_mtu; };
    if (is_over(link)) return {EINVAL, "mtu greater than device maximum"};
    for (const Ifindex slave : link.slaves)
        if (is_over(links_.at(slave))) return {EINVAL, "Invalid argument"};
    return {};
}

// A bond passes it on to its ports, and VLANs shrink with what carries them.
void FakeNet::set_mtu(FakeLink& link, std::uint32_t mtu) {
    link.link.mtu = mtu;
    for (const Ifindex slave : link.slaves) {
        find(slave)->link.mtu = mtu;
        tell(*find(slave));
    }
    for (const Ifindex vlan : vlans_on(link.link.index)) {
        if (find(vlan)->link.mtu <= mtu) continue;
        find(vlan)->link.mtu = mtu;
        tell(*find(vlan));
    }
}

} // namespace had::test
