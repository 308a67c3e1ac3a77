#include "test/unit/control/chassis_values.hpp"

#include <chrono>
#include <string>

namespace had::test {

core::PortView port_in(const char* name, const char* interface, int index, const char* role) {
    core::PortView port;
    port.name = *core::port_name_from(name);
    port.health = core::Health::healthy;
    port.config = "config2";
    port.bond = "bond0";
    port.function = core::PciAddress{0, 1, 4, static_cast<std::uint8_t>(port.name.subdevice)};
    port.path = "00." + std::to_string(port.name.subdevice);
    port.driver = "e1000";
    port.index = index;
    port.interface = interface;
    port.mac = *core::mac_from("52:54:00:12:34:0" + std::to_string(index));
    port.up = port.carrier = true;
    port.role = role;
    port.config_line = 19;
    return port;
}

core::LinkReport late_link() {
    core::LinkReport link;
    link.interface = "eth0";
    link.port = "2.0";
    link.bond = "bond0";
    link.role = "backup";
    link.index = 2;
    link.up = link.carrier = true;
    link.carrier_changes = 3;
    link.card.driver = {"e1000", "0000:01:04.0", false, "", {1000, core::Duplex::full, true}};
    link.card.mii = core::MiiRegisters{1, 0x1140, 0x7949, 0x0de1, 0x45e1, 0x01410c20, 0x0300, 0x3c00};
    link.probe = "MII";
    link.every = std::chrono::milliseconds(200);
    link.why = "a standby of bond0";
    return link;
}

std::vector<core::PeerReport> two_lans() {
    core::PeerReport good;
    good.peer = "rtr2";
    good.lan = "bond0";
    good.interface = "bond0";
    good.address = "10.1.0.2";
    good.used = good.link = true;
    good.state = core::LanState::good;
    good.lasts = std::chrono::hours(3);
    good.heard = std::chrono::milliseconds(40);
    good.sent = 2001, good.received = 1999, good.answered = 1000;
    good.round_trip = std::chrono::microseconds(412);
    core::PeerReport lost = good;
    lost.lan = "16.0";
    lost.interface = "eth4";
    lost.address = "10.2.0.2";
    lost.used = false;
    lost.state = core::LanState::lost;
    lost.lasts = std::chrono::milliseconds(4200);
    lost.refused[static_cast<std::size_t>(core::PeerRefusal::forged)] = 3;
    lost.text = "hears what is not believed";
    return {good, lost};
}

std::vector<core::PathReport> two_paths() {
    core::PathReport good;
    good.interface = "bond0";
    good.monitor = "gw";
    good.port = "2.0";
    good.who = "10.0.1.254";
    good.state = core::PathState::good;
    good.lasts = std::chrono::hours(3);
    good.heard = std::chrono::milliseconds(40);
    good.sent = 1001, good.answered = 999, good.lost = 1;
    good.round_trip = std::chrono::microseconds(312);
    core::PathReport silent = good;
    silent.port = "12.0";
    silent.state = core::PathState::silent;
    silent.lasts = std::chrono::milliseconds(4200);
    silent.heard = std::chrono::milliseconds(4500);
    silent.answered = 500, silent.lost = 500;
    silent.stray = 12;
    return {good, silent};
}

core::SlotView dual_card(const char* slot, const char* domain, const char* first,
                                const char* second, int index) {
    const std::string name = slot;
    core::SlotView view;
    view.name = name;
    view.domain = domain;
    view.location = "kernel " + name;
    view.health = core::Health::healthy;
    view.card = core::CardView{0x8086, 0x1010, 0x8086, 0x1012, 0x020000, {0, 1, 4, 0}};
    view.ports = {port_in((name + ".0").c_str(), first, index, index == 2 ? "active" : "backup"),
                  port_in((name + ".1").c_str(), second, index + 1, "backup")};
    return view;
}

core::ServiceView service_of(const char* name, const char* group, const char* member, core::Phase phase,
                             core::Health health) {
    core::ServiceView view;
    view.name = name;
    view.health = health;
    view.phase = phase;
    view.group = group;
    view.member = member;
    return view;
}

core::View whole_chassis() {
    core::View view;
    view.event_source = "udev";
    view.started = "2002-05-01T12:00:00.000001Z";
    view.file_taken = "2002-05-01T12:30:00.000001Z";
    view.slots = {dual_card("2", "A", "eth0", "eth1", 2), dual_card("12", "B", "eth2", "eth3", 4)};

    core::SlotView single = dual_card("16", "B", "eth4", "", 6);
    single.card->device = 0x100e;
    single.ports.pop_back();
    core::PortView& plain = single.ports.front();
    plain.config = "config1";
    plain.bond.clear();
    plain.role = "plain";
    plain.addresses = {*core::ip_prefix_from("192.168.10.1/24")};
    view.slots.push_back(single);

    core::BondView bond;
    bond.name = "bond0";
    bond.health = core::Health::healthy;
    bond.mode = "active-backup";
    bond.mac = *core::mac_from("02:1a:4b:00:00:01");
    bond.mtu = 1500;
    bond.miimon = std::chrono::milliseconds(100);
    bond.up = bond.carrier = true;
    bond.active = "eth0";
    bond.addresses = {*core::ip_prefix_from("10.0.1.1/24")};
    bond.wanted = 4;
    bond.members = {{"eth0", "2.0", true, true, "up"},
                    {"eth1", "2.1", false, true, "up"},
                    {"eth2", "12.0", false, true, "up"},
                    {"eth3", "12.1", false, true, "up"}};
    view.bonds = {bond};
    return view;
}

core::View bad_day() {
    core::View view = whole_chassis();
    view.health = core::Health::degraded;
    view.problems = {"bond0: degraded: 3 of 4 ports serve",
                     "bond0: mode: needs reload --force, cuts bond0",
                     "12.1: no link on eth3: look at the cable, at the switch's port and whether the "
                     "switch has power"};

    core::BondView& bond = view.bonds.front();
    bond.health = core::Health::degraded;
    bond.members[3].carrier = false;
    bond.members[3].mii = "down";
    bond.members.push_back({"eth9", "", false, true, "up"});
    bond.waiting = {"mode: needs reload --force, cuts bond0"};
    bond.exposure = "all ports on one card (slot 2): one pull takes it down";

    core::SlotView& twelve = view.slots[1];
    twelve.health = core::Health::degraded;
    twelve.ports[1].health = core::Health::down;
    twelve.ports[1].carrier = false;

    core::SlotView& sixteen = view.slots[2];
    sixteen.health = core::Health::offline;
    sixteen.card.reset();
    sixteen.extraction = core::Extraction::out;
    sixteen.doing = "safe to pull";
    core::PortView absent;
    absent.name = {"16", 0, 0};
    absent.health = core::Health::offline;
    absent.config = "config1";
    sixteen.ports = {absent};

    core::SlotView waking = dual_card("17", "B", "eth5", "", 7);
    waking.health = core::Health::down;
    core::PortView fresh;
    fresh.name = {"17", 0, 0};
    fresh.health = core::Health::down;
    fresh.config = "config2";
    fresh.bond = "bond0";
    fresh.function = core::PciAddress{0, 3, 0, 0};
    fresh.doing = "loading e1000";
    core::PortView idle = port_in("17.1", "eth5", 7, "");
    idle.config.clear();
    idle.bond.clear();
    idle.up = idle.carrier = false;
    waking.ports = {fresh, idle};
    view.slots.push_back(waking);

    core::SlotView other;
    other.name = "3";
    other.domain = "C";
    other.controlled = false;
    core::SharedList<core::SlotView> slots{view.slots.front(), other};
    for (std::size_t i = 1; i < view.slots.size(); ++i) slots.share(view.slots, i);
    view.slots = std::move(slots);
    return view;
}

} // namespace had::test
