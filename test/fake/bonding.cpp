// The bonding driver, as drivers/net/bonding/{bond_main,bond_options,bond_netlink}.c of Linux 6.1
// do it.
#include "test/fake/net.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>

namespace had::test {

using namespace core;

namespace {

std::uint64_t number(const FakeLink& bond, BondOption option) {
    auto at = bond.link.bond->options.find(option);
    return at == bond.link.bond->options.end() ? 0 : std::get<std::uint64_t>(at->second);
}

BondMode mode_of(const FakeLink& bond) {
    return static_cast<BondMode>(number(bond, BondOption::mode));
}

bool has_active(const FakeLink& bond) {
    const BondMode mode = mode_of(bond);
    return mode == BondMode::active_backup || mode == BondMode::balance_tlb ||
           mode == BondMode::balance_alb;
}

bool moves_mac(const FakeLink& bond) {
    return mode_of(bond) == BondMode::active_backup && number(bond, BondOption::fail_over_mac) != 0;
}

// What this kernel, 6.1, does not have.
bool is_newer(BondOption option) {
    return option == BondOption::broadcast_neighbor || option == BondOption::lacp_strict;
}

BondValue initial(const BondOptionRule& rule) {
    switch (rule.type) {
    case BondType::mac: return Mac{};
    case BondType::ipv4_list:
    case BondType::ipv6_list: return std::vector<IpAddress>{};
    default: return rule.initial;
    }
}

ActionResult invalid() {
    return {EINVAL, "invalid option value"};
}

} // namespace

Ifindex FakeNet::primary_of(const FakeLink& bond) const {
    const Ifindex index = bond.primary.empty() ? 0 : index_of(bond.primary);
    const auto& slaves = bond.slaves;
    return std::find(slaves.begin(), slaves.end(), index) == slaves.end() ? 0 : index;
}

bool FakeNet::is_well(Ifindex slave) {
    const FakeLink* link = find(slave);
    return link && link->link.slave && link->link.slave->mii == MiiStatus::up;
}

FakeLink FakeNet::new_bond(const std::string& name) {
    FakeLink bond;
    bond.link.index = next_index_++;
    bond.link.name = name;
    bond.link.kind = "bond";
    bond.link.mtu = 1500;
    bond.link.queue = 1000;
    bond.link.address = random_mac();
    bond.link.bond = BondInfo{};
    for (const BondOptionRule& rule : bond_option_rules())
        if (!is_newer(rule.id)) bond.link.bond->options[rule.id] = initial(rule);
    return bond;
}

// One message: the first option that is refused takes the device away again.
ActionResult FakeNet::make(const CreateBond& o) {
    if (!bonding_ && bonding_forbidden_) return {EOPNOTSUPP, "Unknown device type"};
    if (!bonding_) {
        bonding_ = true; // request_module() has no max_bonds=0
        FakeLink uninvited = new_bond("bond0");
        tell(links_[uninvited.link.index] = uninvited);
    }
    if (is_name_taken(o.name)) return {EEXIST, "File exists"};
    FakeLink bond = new_bond(o.name);
    if (o.address) bond.link.address = *o.address;
    bond.mac_set = o.address.has_value();
    bond.link.mtu = o.mtu.value_or(1500);
    for (const BondOptionRule& rule : bond_option_rules()) {
        auto option = o.options.find(rule.id);
        if (option == o.options.end()) continue;
        if (ActionResult result = set_option(bond, rule, option->second); !result.ok())
            return result;
    }
    tell(links_[bond.link.index] = bond);
    return {};
}

ActionResult FakeNet::make(const SetBondOptions& o) {
    FakeLink* bond = find(o.bond.index);
    if (!bond || !bond->link.bond) return {ENODEV, "No such device"};
    for (const BondOptionRule& rule : bond_option_rules()) {
        auto option = o.options.find(rule.id);
        if (option == o.options.end()) continue;
        if (ActionResult result = set_option(*bond, rule, option->second); !result.ok())
            return result;
        tell(*bond);
    }
    return {};
}

ActionResult FakeNet::set_option(FakeLink& bond, const BondOptionRule& rule,
                                 const BondValue& value) {
    if (is_newer(rule.id)) return {}; // an attribute that a kernel does not know is not read
    if (!allowed_in(rule, mode_of(bond))) return {EACCES, "option not supported in mode"};
    const bool slaves =
        rule.when == BondWhen::no_slaves || rule.when == BondWhen::down_and_no_slaves;
    const bool down = rule.when == BondWhen::down || rule.when == BondWhen::down_and_no_slaves;
    if (slaves && !bond.slaves.empty())
        return {ENOTEMPTY, "unable to set option because the bond device has slaves"};
    if (down && bond.link.up) return {EBUSY, "unable to set option because the bond is up"};

    auto& options = bond.link.bond->options;
    const std::uint64_t miimon = number(bond, BondOption::miimon);
    const auto* plain = std::get_if<std::uint64_t>(&value);
    switch (rule.id) {
    case BondOption::active_slave: return set_active(bond, static_cast<Ifindex>(*plain));
    case BondOption::primary: {
        const FakeLink* port = find(static_cast<Ifindex>(*plain));
        bond.primary = port ? port->link.name : "";
        reselect(bond, true);
        return {};
    }
    case BondOption::updelay:
    case BondOption::downdelay:
    case BondOption::peer_notif_delay:
        if (miimon == 0) return {EPERM, "Unable to set delay as MII monitoring is disabled"};
        options[rule.id] = *plain - *plain % miimon;
        return {};
    case BondOption::miimon:
        if (*plain != 0) options[BondOption::arp_interval] = std::uint64_t{0};
        break;
    case BondOption::arp_interval:
        if (*plain != 0) options[BondOption::miimon] = std::uint64_t{0};
        break;
    default: break;
    }
    options[rule.id] = value;
    if (rule.id == BondOption::primary_reselect) reselect(bond);
    return {};
}

ActionResult FakeNet::set_active(FakeLink& bond, Ifindex index) {
    const auto& slaves = bond.slaves;
    if (std::find(slaves.begin(), slaves.end(), index) == slaves.end() || bond.active == 0 ||
        !is_well(index))
        return invalid();
    make_active(bond, index);
    return {};
}

void FakeNet::set_mac(FakeLink& bond, const Mac& mac) {
    if (moves_mac(bond)) return; // taken, and without effect
    bond.link.address = mac;
    bond.mac_set = true;
    for (const Ifindex slave : bond.slaves) {
        find(slave)->link.address = mac;
        tell(*find(slave));
    }
}

// Who has the port's receive handler: a macvlan, an ipvlan; a VLAN needs none (net/core/dev.c
// netdev_is_rx_handler_busy).
bool FakeNet::is_in_use(const FakeLink& port) const {
    return port.nature.used_elsewhere || std::any_of(links_.begin(), links_.end(), [&](const auto& entry) {
               const Link& link = entry.second.link;
               return link.lower == port.link.index && (link.kind == "macvlan" || link.kind == "ipvlan");
           });
}

ActionResult FakeNet::make(const Enslave& o) {
    FakeLink* port = find(o.port.index);
    FakeLink* bond = find(o.bond.index);
    if (!port || !bond) return {ENODEV, "No such device"};
    if (!bond->link.bond) return {EOPNOTSUPP, "Operation not supported"};
    if (is_in_use(*port)) return {EBUSY, "Device is in use and cannot be enslaved"}; // asked before it is set down
    if (o.port_is_up) set_up(*port, false);
    if (port->link.master == bond->link.index) return {};
    if (FakeLink* other = bond_of(*port)) let_go(*other, *port, false);
    if (port->link.up) return {EPERM, "Device can not be enslaved while up"};
    if (ActionResult refused = refuse_mtu(*port, bond->link.mtu); !refused.ok()) return {EINVAL, "Invalid argument"};

    if (bond->slaves.empty() && !bond->mac_set) bond->link.address = port->own;
    bond->slaves.push_back(port->link.index);
    port->own_mtu = port->link.mtu;
    port->link.mtu = bond->link.mtu;
    port->link.master = bond->link.index;
    port->link.slave = SlaveInfo{};
    port->link.slave->permanent = port->link.address;
    port->link.slave->prio = 0;
    if (!moves_mac(*bond)) port->link.address = bond->link.address;
    set_up(*port, true);
    watch(*bond, *port);
    reselect(*bond);
    aggregate(*bond);
    tell(*port);
    tell(*bond);
    return {};
}

ActionResult FakeNet::make(const Release& o) {
    FakeLink* port = find(o.port.index);
    if (!port) return {ENODEV, "No such device"};
    if (FakeLink* bond = bond_of(*port)) let_go(*bond, *port, false);
    return {};
}

ActionResult FakeNet::make(const SetPortOptions& o) {
    FakeLink* port = find(o.port.index);
    if (!port || !port->link.slave) return {EOPNOTSUPP, "Operation not supported"};
    SlaveInfo& slave = *port->link.slave;
    if (o.options.queue_id) slave.queue_id = *o.options.queue_id;
    if (o.options.prio) slave.prio = *o.options.prio;
    if (o.options.actor_port_prio) slave.actor_port_prio = *o.options.actor_port_prio;
    tell(*port);
    if (o.options.prio) reselect(*bond_of(*port));
    return {};
}

// __bond_release_one: the port is out before the bond fails over, and closed after.  A bond that
// loses its last port takes a random address, whoever had set the old.
void FakeNet::let_go(FakeLink& bond, FakeLink& slave, bool unregistered) {
    std::erase(bond.slaves, slave.link.index);
    slave.link.slave.reset();
    slave.link.master = 0;
    if (!unregistered) tell(slave);
    if (bond.active == slave.link.index) bond.active = 0;
    if (bond.slaves.empty()) {
        bond.link.address = random_mac();
        bond.mac_set = false;
    }
    reselect(bond);
    aggregate(bond);
    update_bond_carrier(bond);
    tell(bond);
    if (unregistered) return;
    slave.link.address = slave.own;
    slave.link.mtu = slave.own_mtu;
    slave.link.up = slave.link.carrier = false;
    drop_addresses(slave.link.index, true);
    tell(slave);
    drop_routes(slave.link.index, false);
}

// bond_mii_monitor: a port that comes back does not make the bond choose anew, unless it outranks.
void FakeNet::watch(FakeLink& bond, FakeLink& slave) {
    if (!monitor_awake_) return;
    SlaveInfo& info = *slave.link.slave;
    const bool monitored =
        number(bond, BondOption::miimon) + number(bond, BondOption::arp_interval) > 0;
    const bool by_arp = number(bond, BondOption::arp_interval) != 0;
    const bool heard = !by_arp || slave.nature.answers_arp;
    const bool well = slave.link.up && (slave.link.carrier || !monitored) && heard;
    const MiiStatus now = well ? MiiStatus::up : MiiStatus::down;
    if (info.mii == now) return;
    info.mii = now;
    if (!well) info.link_failures += 1;
    if (!has_active(bond) && mode_of(bond) != BondMode::lacp) info.active = well;
    tell(slave);
    aggregate(bond);
    const FakeLink* active = find(bond.active);
    const bool outranks = active && info.prio > active->link.slave->prio;
    if (well ? !active || outranks || primary_of(bond) == slave.link.index
             : bond.active == slave.link.index)
        reselect(bond);
    update_bond_carrier(bond);
}

// bond_3ad.c: who speaks to the other end is in one aggregator, who does not is alone in one of his own.  One
// serves: the first that speaks, or else the first.  A port is told of only when it begins or ceases to serve.
void FakeNet::aggregate(FakeLink& bond) {
    if (mode_of(bond) != BondMode::lacp) return;
    constexpr std::uint8_t agreed = 0x3f, defaulted = 0x47;
    Ifindex serving = 0;
    for (const bool speaks : {true, false})
        for (const Ifindex slave : bond.slaves)
            if (serving == 0 && is_well(slave) && find(slave)->nature.speaks_lacp == speaks) serving = slave;
    for (const Ifindex index : bond.slaves) {
        FakeLink& slave = *find(index);
        const bool speaks = slave.nature.speaks_lacp && serving != 0 && find(serving)->nature.speaks_lacp;
        const bool active = is_well(index) && (index == serving || speaks);
        if (slave.link.slave->active == active) continue;
        slave.link.slave->active = active;
        const auto aggregator = static_cast<std::uint16_t>(speaks ? serving : index);
        slave.link.slave->lacp = slave.nature.speaks_lacp ? LacpPort{aggregator, agreed, agreed}
                                                          : LacpPort{aggregator, defaulted, 0};
        tell(slave);
    }
}

void FakeNet::wake_monitor(bool awake) {
    monitor_awake_ = awake;
    for (auto& [index, link] : links_)
        if (FakeLink* bond = link.link.slave ? bond_of(link) : nullptr) watch(*bond, link);
}

void FakeNet::update_bond_carrier(FakeLink& bond) {
    const bool carrier = std::any_of(bond.slaves.begin(), bond.slaves.end(),
                                     [&](Ifindex slave) { return is_well(slave); });
    if (bond.link.carrier == carrier) return;
    bond.link.carrier = carrier;
    bond.link.carrier_changes += 1;
    tell(bond);
    carry_vlans(bond);
}

// bond_choose_primary_or_current: with primary_reselect=always and equal prio, the first in the
// list.
Ifindex FakeNet::choose(FakeLink& bond, bool force_primary) {
    Ifindex best = primary_of(bond);
    const bool primary = best != 0 && is_well(best);
    if (!primary) {
        best = 0;
        for (const Ifindex slave : bond.slaves)
            if (is_well(slave) &&
                (best == 0 || find(slave)->link.slave->prio > find(best)->link.slave->prio))
                best = slave;
    }
    if (best == 0) return 0;
    const bool current = bond.active != 0 && is_well(bond.active);
    const bool always = number(bond, BondOption::primary_reselect) == 0;
    return !current || always || (primary && force_primary) ? best : bond.active;
}

void FakeNet::reselect(FakeLink& bond, bool force_primary) {
    if (has_active(bond)) make_active(bond, choose(bond, force_primary));
}

// Peers are told only in active-backup, and never of the loss of the last port.
void FakeNet::make_active(FakeLink& bond, Ifindex best) {
    if (bond.active == best) return;
    if (FakeLink* old = find(bond.active); old && old->link.slave) {
        old->link.slave->active = false;
        tell(*old);
    }
    bond.active = best;
    if (FakeLink* now = find(best)) {
        now->link.slave->active = true;
        if (moves_mac(bond)) bond.link.address = now->own;
        tell(*now);
    }
    tell(bond);
    if (best != 0 && mode_of(bond) == BondMode::active_backup)
        tell_(PeersTold{bond.link.index});
}

} // namespace had::test
