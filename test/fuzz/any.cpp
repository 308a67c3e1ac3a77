#include "test/fuzz/any.hpp"

#include <array>

namespace had::test {

using namespace core;

namespace {

constexpr std::array<const char*, 10> names{"bond0", "bond1", "eth0", "eth1", "eth2",
                                            "eth3",  "v5",    "lo",   "e;x",  "\xff\x1b[m"};
constexpr std::array<const char*, 20> objects{"1",     "2",     "3",    "4",    "1.0", "1.1", "2.0",
                                              "2.1",   "3.0",   "bond0", "bond1", "v5",  "eth0", "eth1",
                                              "9.9",   "2.1/0", "1.0/1", "A",    "B",   ""};
constexpr std::array<const char*, 8> kinds{"bond", "bond", "vlan", "dummy", "", "", "", ""};   // by index
constexpr std::array<PciAddress, 7> places{
    {{0, 0, 5, 0}, {0, 0, 5, 1}, {0, 0, 6, 0}, {0, 0, 6, 1}, {0, 1, 0, 0}, {0, 1, 0, 1}, {0, 2, 3, 0}}};
constexpr std::array<const char*, 5> prefixes{"10.0.1.1/24", "10.5.0.1/24", "10.9.0.1/24", "fe80::1/64",
                                              "192.168.0.1/16"};

} // namespace

std::string Any::link_name() { return draw_.one_of(names); }
std::string Any::object() { return draw_.one_of(objects); }
PciAddress Any::place() { return draw_.one_of(places); }

Mac Any::mac() { return {{0x52, 0x54, 0, 0, 0, static_cast<std::uint8_t>(draw_.below(5))}}; }

BondInfo Any::bond() {
    BondInfo info;
    info.options[BondOption::mode] = std::uint64_t{draw_.one_in(16) ? draw_.byte() : draw_.below(7)};
    info.options[BondOption::miimon] = std::uint64_t{draw_.flag() ? 100U : 0U};
    info.options[BondOption::active_slave] = std::uint64_t{draw_.below(9)};
    if (draw_.flag()) info.options[BondOption::primary] = std::uint64_t{draw_.below(9)};
    return info;
}

SlaveInfo Any::slave() {
    SlaveInfo info;
    info.active = draw_.flag();
    info.mii = static_cast<MiiStatus>(draw_.below(4));
    info.permanent = mac();
    if (draw_.flag()) info.prio = static_cast<std::int32_t>(draw_.below(11)) - 5;
    return info;
}

// What the kernel never shows is shown, too: two links of one name, a master that is no bond.
Link Any::link() {
    Link link;
    link.index = index();
    link.name = link_name();
    link.kind = draw_.one_in(8) ? draw_.one_of(kinds) : kinds[static_cast<std::size_t>(link.index - 1)];
    link.master = static_cast<Ifindex>(draw_.flag() ? 1 + draw_.below(3) : 0);
    link.lower = static_cast<Ifindex>(draw_.below(9));
    if (link.kind == "vlan") link.vlan_id = static_cast<std::uint16_t>(4 + draw_.below(5));
    const std::uint8_t flags = draw_.byte();
    link.up = (flags & 1) != 0;
    link.carrier = (flags & 2) != 0;
    link.mtu = (flags & 4) != 0 ? 1500 : 1400;
    link.address = mac();
    if ((flags & 8) != 0) link.permanent = mac();
    if ((flags & 16) != 0) link.parent_bus = "pci";
    link.carrier_changes = draw_.below(10);
    if (link.kind == "bond") link.bond = bond();
    if (link.master != 0 && (flags & 32) == 0) link.slave = slave();
    return link;
}

Link Any::otherwise(Link link) {
    const std::uint8_t flags = draw_.byte();
    link.up = (flags & 1) != 0;
    link.carrier = (flags & 2) != 0;
    link.carrier_changes += 1;
    if (link.slave) {
        link.slave->active = (flags & 4) != 0;
        link.slave->mii = static_cast<MiiStatus>(flags >> 3 & 3);
        if ((flags & 32) != 0) link.slave->prio = flags >> 6;
        if ((flags & 64) != 0) link.slave->lacp = LacpPort{1, 0, static_cast<std::uint8_t>(flags >> 7)};
    }
    if (link.bond) link.bond->options[BondOption::active_slave] = std::uint64_t{draw_.below(9)};
    return link;
}

PciFunction Any::function() {
    PciFunction it;
    const PciAddress at = place();
    if (at.bus != 0) it.chain.push_back({0, 0, 0x1c, 0});
    it.chain.push_back(at);
    const std::uint8_t flags = draw_.byte();
    it.vendor = (flags & 1) != 0 ? 0x10ec : 0x8086;
    it.device = (flags & 1) != 0 ? 0x8139 : 0x100e;
    if ((flags & 2) != 0) it.device += 1;
    it.class_code = (flags & 12) == 12 ? 0x060400 : 0x020000;
    if ((flags & 16) != 0) it.driver = (flags & 1) != 0 ? "8139cp" : "e1000";
    it.is_virtual = (flags & 0xe0) == 0xe0;
    it.probing = (flags & 0xe0) == 0xc0;
    return it;
}

NetDevice Any::device() { return {index(), place(), draw_.below(2), draw_.flag()}; }

KernelSlot Any::slot() {
    KernelSlot slot;
    slot.name = kernel_slot();
    slot.bus = static_cast<std::uint8_t>(draw_.below(3));
    slot.device = static_cast<std::uint8_t>(4 + draw_.below(4));
    const std::uint8_t flags = draw_.byte();
    slot.whole_bus = (flags & 1) != 0;
    slot.can_power = (flags & 2) != 0;
    slot.can_blink = (flags & 4) != 0;
    slot.controller = (flags & 8) != 0 ? "pci_hotplug" : "pciehp";
    return slot;
}

SlotState Any::slot_state() {
    const std::uint8_t flags = draw_.byte();
    return {.latched = (flags & 1) != 0,
            .adapter = (flags & 2) != 0,
            .silent = (flags & 12) == 12,
            .asks = (flags & 16) != 0,
            .lit = (flags & 32) != 0};
}

RouteSeen Any::route() {
    RouteSeen seen;
    seen.link = index();
    seen.route.key.table = 254;
    const std::uint8_t flags = draw_.byte();
    seen.route.way.blackhole = (flags & 7) == 7;
    if (seen.route.way.blackhole) return seen.link = 0, seen;
    if ((flags & 8) == 0) seen.route.way.via = *ip_address_from((flags & 16) != 0 ? "10.9.0.254" : "10.9.0.253");
    if ((flags & 96) == 96) seen.route.way.source = *ip_address_from("10.9.0.1");
    seen.route.way.onlink = seen.route.way.via && (flags & 128) != 0;
    return seen;
}

Address Any::address() {
    Address made{index(), *ip_prefix_from(draw_.one_of(prefixes)), {}, draw_.flag(), draw_.flag()};
    const std::uint8_t flags = draw_.byte();
    made.preferred = (flags & 1) == 0;
    made.tentative = (flags & 2) != 0;
    made.duplicate = (flags & 4) != 0;
    made.secondary = (flags & 8) != 0;
    made.no_route = (flags & 16) != 0;
    made.odd = (flags & 32) != 0;
    if ((flags & 64) != 0) made.peer = made.prefix.address;
    made.metric = (flags & 128) != 0 ? 1 : 0;
    return made;
}

LinksDumped Any::all_links() {
    LinksDumped dump;
    for (unsigned left = draw_.below(7); left > 0; --left) dump.links.push_back(link());
    for (unsigned left = draw_.below(3); left > 0; --left) dump.addresses.push_back(address());
    for (unsigned left = draw_.below(2); left > 0; --left) dump.routes.push_back(route());
    return dump;
}

DevicesScanned Any::all_devices() {
    DevicesScanned scan;
    for (unsigned left = draw_.below(5); left > 0; --left) {
        scan.functions.push_back(function());
        scan.devices.push_back(device());
        scan.slots.push_back(slot());
    }
    return scan;
}

// What names an interface and no more, or a network with it.
Event Any::of_one_link(Ifindex index) {
    const Connected route{.link = index, .network = *ip_prefix_from("10.9.0.0/24")};
    const RouteKey place{route.network, 0, draw_.flag() ? 254U : 0U};
    const SeenRule rule{{route.network, draw_.flag() ? 100U : 101U, 32765}, 72, draw_.flag() ? 1U : 0U};
    switch (draw_.below(9)) {
    case 8: return TunablesSeen{index, {{"net.ipv4.conf.rp_filter", draw_.flag() ? "1" : "2"}}, draw_.flag()};
    case 6: return RuleSeen{rule};
    case 7: return RuleGone{rule};
    case 0: return PeersTold{index};
    case 1: return ConnectedSeen{route};
    case 2: return ConnectedGone{route};
    case 3: return WayTaken{place};
    case 4: return WayFree{place};
    default: return Ipv6Seen{index};
    }
}

Event Any::event() {
    switch (draw_.below(20)) {
    case 0: return LinkGone{index()};
    case 1: return AddressSeen{address()};
    case 2: return AddressGone{address()};
    case 3: return route();
    case 4: { const RouteSeen seen = route(); return RouteGone{seen.route, seen.link}; }
    case 5: return ModeSeen{index(), {100U, Duplex::full, draw_.flag()}};
    case 6: return of_one_link(index());
    case 7: case 8: return FunctionSeen{function()};
    case 9: return FunctionGone{place()};
    case 10: case 11: return NetDeviceSeen{device()};
    case 12: return NetDeviceGone{index()};
    case 13: return SlotSeen{slot()};
    case 14: return SlotGone{kernel_slot()};
    case 15: { const std::string name = kernel_slot(); return SlotStateSeen{name, slot_state()}; }
    case 16: return HotplugThreadSeen{draw_.flag()};
    case 17: return all_links();
    case 18: return all_devices();
    default: return LinkSeen{link()};
    }
}

} // namespace had::test
