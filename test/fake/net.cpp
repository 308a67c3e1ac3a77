#include "test/fake/net.hpp"

#include "had/core/config/card_word.hpp"
#include "had/core/config/told_word.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <utility>

namespace had::test {

using namespace core;

namespace {

ActionResult no_such_device() {
    return {ENODEV, "No such device"};
}

} // namespace

std::optional<Link> FakeNet::link(Ifindex index) const {
    const auto at = links_.find(index);
    return at == links_.end() ? std::nullopt : std::optional(at->second.link);
}

FakeLink* FakeNet::find(Ifindex index) {
    auto at = links_.find(index);
    return at == links_.end() ? nullptr : &at->second;
}

Ifindex FakeNet::index_of(const std::string& name) const {
    for (const auto& [index, link] : links_)
        if (link.link.name == name) return index;
    return 0;
}

// With the machine's edge: who has the name is looked up at once, since it may never have been told.
bool FakeNet::is_name_taken(const std::string& name) {
    for (auto& [index, link] : links_) {
        const auto has = [&](const std::vector<std::string>& names) {
            return std::find(names.begin(), names.end(), name) != names.end();
        };
        if (link.link.name != name && !has(link.link.alternatives) && !has(link.untold)) continue;
        tell(link);
        return true;
    }
    return false;
}

ActionResult FakeNet::add_link(const std::string& kind, const std::string& name, Ifindex lower) {
    if (is_name_taken(name)) return {EEXIST, "File exists"};
    FakeLink made;
    made.link.index = next_index_++;
    made.link.name = name;
    made.link.kind = kind;
    made.link.lower = lower;
    made.link.mtu = 1500;
    made.link.queue = 1000;
    made.link.address = made.own = random_mac();
    tell(links_[made.link.index] = made);
    return {};
}

// Told only of one that is up (net/core/rtnetlink.c rtnl_linkprop, net/core/dev.c netdev_state_change).
ActionResult FakeNet::add_name(Ifindex index, const std::string& name) {
    FakeLink* link = find(index);
    if (!link) return no_such_device();
    if (is_name_taken(name)) return {EEXIST, "File exists"};
    link->untold.push_back(name);
    if (link->link.up) tell(*link);
    return {};
}

Mac FakeNet::random_mac() {
    return {{0x0a, 0, 0, 0, 0, ++random_}};
}

LinksDumped FakeNet::dump() const {
    LinksDumped dump;
    for (const auto& [index, link] : links_)
        dump.links.push_back(link.link);
    for (const auto& [index, addresses] : addresses_)
        dump.addresses.insert(dump.addresses.end(), addresses.begin(), addresses.end());
    for (const auto& [key, route] : routes_)
        if (!route.foreign) dump.routes.push_back({{key, route.way}, route.link});
    dump.connected.assign(connected_.begin(), connected_.end());
    dump.rules.assign(rules_.begin(), rules_.end());
    return dump;
}

ActionResult FakeNet::make(const ForgetNeighbour& o) {
    if (!links_.contains(o.link.index)) return {ENODEV, "No such device"};
    return {};
}

Tunables FakeNet::tunables(const LinkRef& link, const std::vector<std::string>& words) const {
    Tunables values;
    const auto of = links_.find(link.index);
    for (const std::string& word : words)
        if (const auto at = of == links_.end() ? Tunables::const_iterator{} : of->second.words.find(word);
            of != links_.end() && at != of->second.words.end())
            values.insert(*at);
    return values;
}

// net/core/dev.c dev_change_tx_queue_len, whoever does it.
void FakeNet::set_queue(Ifindex index, std::uint32_t packets) {
    FakeLink& link = *find(index);
    if (std::exchange(link.link.queue, packets) != packets) tell(link);
}

void FakeNet::tune(Ifindex index, const std::string& word, const std::string& value) {
    if (word == queue_word) return set_queue(index, static_cast<std::uint32_t>(std::stoul(value)));
    find(index)->words[word] = value;
    if (is_told(word)) tell_(TunablesSeen{index, {{word, value}}, false});
    if (word == "net.ipv6.conf.disable_ipv6") switch_ipv6(index, value == "0");
}

// With the machine's edge: what is written is read again, and told.
ActionResult FakeNet::make(const SetTunable& o) {
    FakeLink* link = find(o.link.index);
    if (!link) return no_such_device();
    if (o.word == queue_word) {
        set_queue(o.link.index, static_cast<std::uint32_t>(std::stoul(o.value)));
        return {};
    }
    const auto at = link->words.find(o.word);
    if (at == link->words.end() && is_card_word(o.word)) return {EOPNOTSUPP, "Operation not supported"};
    if (at == link->words.end()) return {ENOENT, "No such file or directory"};
    at->second = o.value;
    tell_(TunablesSeen{o.link.index, {*at}, false});
    if (o.word == "net.ipv6.conf.disable_ipv6") switch_ipv6(o.link.index, o.value == "0");
    return {};
}

// What a message says of a bond's ports is filled in as it is sent.
void FakeNet::tell(FakeLink& link) {
    for (std::string& name : std::exchange(link.untold, {})) link.link.alternatives.push_back(std::move(name));
    if (link.link.bond) {
        auto& options = link.link.bond->options;
        options[BondOption::active_slave] = static_cast<std::uint64_t>(link.active);
        options[BondOption::primary] = static_cast<std::uint64_t>(primary_of(link));
    }
    tell_(LinkSeen{link.link});
}

Ifindex FakeNet::add_nic(Mac mac, PciAddress function, FakeNature nature) {
    unsigned n = 0;
    while (index_of(fmt::format("eth{}", n)) != 0)
        ++n;
    FakeLink nic;
    nic.link.index = next_index_++;
    nic.link.name = fmt::format("eth{}", n);
    nic.link.mtu = 1500;
    nic.link.queue = 1000;
    nic.link.address = nic.own = mac;
    nic.link.permanent = mac;
    nic.nature = std::move(nature);
    nic.link.most_mtu = nic.nature.most_mtu;
    nic.link.least_mtu = nic.nature.most_mtu != 0 ? 68 : 0;
    nic.link.parent_bus = "pci";
    nic.link.parent_device = to_string(function);
    FakeLink& made = links_[nic.link.index] = nic;
    tell(made);
    return made.link.index;
}

// The port closes, its bond fails over, and only then it goes; a port that is gone gets no message
// of having left its bond (net/core/dev.c unregister_netdevice_many).
void FakeNet::remove_nic(Ifindex index) {
    take_away(index, false);
}

// net/core/dev.c __dev_change_net_namespace: as if it were gone, but for a word in the message.
void FakeNet::move_away(Ifindex index) {
    take_away(index, true);
}

void FakeNet::take_away(Ifindex index, bool moved) {
    FakeLink* nic = find(index);
    if (!nic) return;
    if (nic->link.up) {
        nic->link.up = nic->link.carrier = false;
        tell(*nic);
    }
    if (FakeLink* bond = bond_of(*nic)) let_go(*bond, *nic, true);
    remove_vlans(index);
    drop_routes(index, false);
    drop_addresses(index, false);
    links_.erase(index);
    tell_(LinkGone{index, moved});
}

void FakeNet::set_far_end(Ifindex index, bool answers_arp, bool speaks_lacp) {
    FakeLink* nic = find(index);
    if (!nic) return;
    nic->nature.answers_arp = answers_arp;
    nic->nature.speaks_lacp = speaks_lacp;
    if (FakeLink* bond = bond_of(*nic)) watch(*bond, *nic), aggregate(*bond);
}

void FakeNet::set_cable(Ifindex index, bool plugged) {
    FakeLink* nic = find(index);
    if (!nic || nic->cable == plugged) return;
    nic->cable = plugged;
    if (!nic->nature.late) update_carrier(*nic);
}

void FakeNet::look(Ifindex index) {
    if (FakeLink* nic = find(index)) update_carrier(*nic);
}

FakeNature* FakeNet::nature(Ifindex index) {
    FakeLink* nic = find(index);
    return nic ? &nic->nature : nullptr;
}

Reading FakeNet::sense(Ifindex index, Probe probe) const {
    auto at = links_.find(index);
    if (at == links_.end()) return {false, ENODEV, "No such device"};
    const FakeLink& nic = at->second;
    auto found = nic.nature.probes.find(probe);
    if (found == nic.nature.probes.end()) return {false, EOPNOTSUPP, "Operation not supported"};
    const FakeProbe& answer = found->second;
    if (answer.error != 0) return {false, answer.error, answer.text};
    return {answer.stuck.value_or(nic.link.up && nic.cable), 0, ""};
}

// An interface that is up keeps its name (net/core/dev.c dev_change_name, Linux 6.1).
ActionResult FakeNet::rename(const std::string& from, const std::string& to) {
    FakeLink* nic = find(index_of(from));
    if (!nic) return no_such_device();
    if (nic->link.up) return {EBUSY, "Device or resource busy"};
    nic->link.name = to;
    tell(*nic);
    return {};
}

ActionResult FakeNet::make(const RenameLink& o) {
    FakeLink* link = find(o.link.index);
    if (!link) return no_such_device();
    if (is_name_taken(o.to)) return {EEXIST, "File exists"};
    const bool was_up = link->link.up;
    set_up(*link, false);
    link->link.name = o.to;
    tell(*link);
    set_up(*link, was_up);
    return {};
}

ActionResult FakeNet::set_odd(Ifindex index) {
    FakeLink* link = find(index);
    if (!link) return no_such_device();
    link->link.odd_flags = true;
    tell(*link);
    return {};
}

ActionResult FakeNet::apply(const Operation& operation) {
    return std::visit([this](const auto& o) { return make(o); }, operation);
}

void FakeNet::drop_addresses(Ifindex link, bool only_ipv6) {
    auto of_link = addresses_.find(link);
    if (of_link == addresses_.end()) return;
    std::erase_if(of_link->second, [&](const Address& address) {
        const bool gone = !only_ipv6 || address.prefix.address.family == IpFamily::v6;
        if (gone) tell_(AddressGone{address});
        return gone;
    });
    if (of_link->second.empty()) addresses_.erase(of_link);
}

void FakeNet::update_carrier(FakeLink& link) {
    const FakeLink* lower = find(link.link.lower);
    const bool carrier = link.link.up && (lower ? lower->link.carrier : link.cable);
    if (link.link.carrier == carrier) return;
    link.link.carrier = carrier;
    link.link.carrier_changes += 1;
    tell(link);
    carry_vlans(link);
    if (FakeLink* bond = bond_of(link)) watch(*bond, link);
}

// IPv6 addresses go when a link goes down; a link of its own gets a link-local one when it comes
// up.
void FakeNet::set_up(FakeLink& link, bool up) {
    if (link.link.up == up) return;
    link.link.up = up;
    if (!up) drop_addresses(link.link.index, true);
    tell(link);
    if (!up) drop_routes(link.link.index, false);
    if (!link.link.bond) update_carrier(link);
    carry_vlans(link);
    if (!up) return;
    for (const Address& address : addresses_[link.link.index]) connect(address);
    if (link.link.master == 0 && !link.no_ipv6) make_local(link);
}

ActionResult FakeNet::make(const SetLink& o) {
    FakeLink* link = find(o.link.index);
    if (!link) return no_such_device();
    if (o.member && o.address) set_up(*link, false);
    if (o.address && link->link.bond)
        set_mac(*link, *o.address);
    else if (o.address)
        link->link.address = *o.address;
    const FakeLink* lower = find(link->link.lower);
    if (o.mtu)
        if (ActionResult refused = refuse_mtu(*link, *o.mtu); !refused.ok()) return refused;
    if (o.mtu && lower && *o.mtu > lower->link.mtu) return {ERANGE, "Numerical result out of range"};
    if (o.up.value_or(false) && lower && !lower->link.up) return {ENETDOWN, "Network is down"};
    if (o.mtu) set_mtu(*link, *o.mtu);
    if (o.usual_flags) link->link.odd_flags = false;
    if (o.address || o.mtu || o.usual_flags) tell(*link);
    if (o.up) set_up(*link, *o.up);
    return {};
}

std::vector<ModeSeen> FakeNet::modes() const {
    std::vector<ModeSeen> modes;
    for (const auto& [index, link] : links_)
        if (link.link.kind.empty()) modes.push_back({index, link.mode});
    return modes;
}

// The link goes, and comes back when the card has found its partner anew.
ActionResult FakeNet::make(const SetLinkMode& o) {
    FakeLink* link = find(o.port.index);
    if (!link) return no_such_device();
    const LinkMode now = changed(link->mode, o.mode);
    const bool news = now != link->mode;
    link->mode = now;
    if (news && link->link.carrier) {
        set_cable(o.port.index, false);
        set_cable(o.port.index, true);
    }
    tell_(ModeSeen{o.port.index, now});
    return {};
}

ActionResult FakeNet::make(const DeleteLink& o) {
    FakeLink* link = find(o.link.index);
    if (!link) return {}; // welcome, says the codec
    const std::vector<Ifindex> slaves = link->slaves;
    for (const Ifindex slave : slaves)
        let_go(*link, *find(slave), false);
    remove_vlans(o.link.index);
    drop_routes(o.link.index, false);
    drop_addresses(o.link.index, false);
    links_.erase(o.link.index);
    tell_(LinkGone{o.link.index});
    return {};
}

} // namespace had::test
