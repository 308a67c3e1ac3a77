// The end of a transcript: who is there and how it fares.
#include "test/scenario/stage.hpp"

#include <fmt/format.h>

namespace had::test {

using namespace core;

namespace {

std::string print(const std::vector<IpPrefix>& prefixes) {
    std::string out;
    for (const IpPrefix& prefix : prefixes)
        out += " " + to_string(prefix);
    return out;
}

std::string print(const std::vector<std::string>& routes) {
    std::string out;
    for (const std::string& route : routes)
        out += ", " + route;
    return out;
}

std::string print(const PortView& port) {
    std::string out = fmt::format("  {} {}", to_string(port.name), to_string(port.health));
    if (!port.interface.empty()) out += fmt::format(", {} {}", port.interface, to_string(port.mac));
    if (!port.driver.empty()) out += " by " + port.driver;
    if (port.config.empty())
        out += ", no config";
    else if (!port.bond.empty())
        out += fmt::format(", {}{} in {}", port.role, port.role.empty() ? "not" : "", port.bond);
    else
        out +=
            fmt::format(", {}", port.role.empty() ? "not as " + port.config : "as " + port.config);
    out += print(port.addresses) + print(port.routes);
    if (!port.doing.empty()) out += fmt::format(" [{}]", port.doing);
    if (!port.problem.empty()) out += fmt::format(" ({})", port.problem);
    return out + "\n";
}

std::string print(const SlotView& slot) {
    std::string out = fmt::format("slot {} {}", slot.name, to_string(slot.health));
    if (!slot.controlled) out += fmt::format(", of domain {}", slot.domain);
    if (slot.card) out += fmt::format(", {:04x}:{:04x}", slot.card->vendor, slot.card->device);
    if (!slot.model_before.empty()) out += fmt::format(", was {}", slot.model_before);
    if (!slot.doing.empty()) out += fmt::format(" [{}]", slot.doing);
    if (!slot.problem.empty()) out += fmt::format(" ({})", slot.problem);
    out += "\n";
    for (const PortView& port : slot.ports)
        out += print(port);
    return out;
}

std::string print(const BondView& bond) {
    std::string out = fmt::format("bond {} {}, {}, mac {}", bond.name, to_string(bond.health),
                                  bond.mode, to_string(bond.mac));
    if (!bond.active.empty()) out += ", active " + bond.active;
    out += fmt::format(", {}, {}{}{}", bond.up ? "up" : "down",
                       bond.carrier ? "carrier" : "no carrier", print(bond.addresses),
                       print(bond.routes));
    if (!bond.problem.empty()) out += fmt::format(" ({})", bond.problem);
    if (!bond.exposure.empty()) out += fmt::format(" [{}]", bond.exposure);
    if (!bond.doing.empty()) out += fmt::format(" [{}]", bond.doing);
    if (bond.provable) out += bond.ready ? " [ready]" : fmt::format(" [not ready: {}]", bond.unready);
    out += "\n";
    for (const MemberView& member : bond.members)
        out += fmt::format("  {}{} {}, {}\n", member.interface,
                           member.port.empty() ? " (foreign)" : " (" + member.port + ")",
                           member.active ? "active" : "backup", member.mii);
    for (const std::string& waiting : bond.waiting)
        out += "  waiting: " + waiting + "\n";
    return out;
}

std::string print(const VlanView& vlan) {
    std::string out = fmt::format("vlan {} {}, {} on {}", vlan.name, to_string(vlan.health), vlan.id, vlan.on);
    if (vlan.index != 0)
        out += fmt::format(", mtu {}, {}, {}{}{}", vlan.mtu, vlan.up ? "up" : "down",
                           vlan.carrier ? "carrier" : "no carrier", print(vlan.addresses),
                           print(vlan.routes));
    if (!vlan.doing.empty()) out += fmt::format(" [{}]", vlan.doing);
    if (!vlan.problem.empty()) out += fmt::format(" ({})", vlan.problem);
    out += "\n";
    for (const std::string& waiting : vlan.waiting)
        out += "  waiting: " + waiting + "\n";
    return out;
}

std::string print(const FailoverView& group) {
    std::string out = fmt::format("group {} {}, on {}", group.name, to_string(group.health),
                                  group.active.empty() ? "none" : group.active);
    if (!group.text.empty()) out += fmt::format(" ({})", group.text);
    if (!group.doing.empty()) out += fmt::format(" [{}]", group.doing);
    return out + "\n";
}

std::string print(const ServiceView& service) {
    std::string out = fmt::format("service {} {}, {}", service.name, to_string(service.health),
                                  to_string(service.phase));
    if (service.failures > 0) out += fmt::format(", {} failures", service.failures);
    if (!service.text.empty()) out += fmt::format(" ({})", service.text);
    if (!service.problem.empty()) out += fmt::format(" problem: {}", service.problem);
    out += "\n";
    for (const std::string& waiting : service.waiting)
        out += "  waiting: " + waiting + "\n";
    return out;
}

std::string print(const PeerView& peer) {
    std::string out = fmt::format("peer {} {}", peer.name, to_string(peer.health));
    if (const PeerLanView* used = peer.used()) out += ", by " + used->lan;
    if (!peer.doing.empty()) out += fmt::format(" [{}]", peer.doing);
    if (!peer.problem.empty()) out += fmt::format(" ({})", peer.problem);
    out += "\n";
    for (const PeerLanView& lan : peer.lans)
        out += fmt::format("  {} {}{}{}\n", lan.lan, to_string(lan.state), lan.text.empty() ? "" : ", ", lan.text);
    for (const std::string& route : peer.routes) out += "  " + route + "\n";
    for (const SharedView& shared : peer.shared)
        out += fmt::format("  {} on {} {}{}{}\n", to_string(shared.address), shared.interface, who_has(shared),
                           shared.text.empty() ? "" : ", ", shared.text);
    return out;
}

// Only what there is something to say about: sixteen empty slots are noise.
bool is_worth_a_line(const SlotView& slot) {
    return slot.card || slot.extraction != Extraction::none || !slot.ports.empty() || !slot.problem.empty();
}

} // namespace

std::string Stage::status() const {
    if (!had_) return "had is not running\n";
    const View& view = had_->view();
    std::string out = fmt::format("{}\n", to_string(view.health));
    for (const OrderView& order : view.orders) out += "order: " + order.text + "\n";
    for (const SlotView& slot : view.slots)
        if (is_worth_a_line(slot)) out += print(slot);
    for (const BondView& bond : view.bonds)
        out += print(bond);
    for (const VlanView& vlan : view.vlans)
        out += print(vlan);
    for (const FailoverView& group : view.failovers)
        out += print(group);
    for (const ServiceView& service : view.services)
        out += print(service);
    for (const PeerView& peer : view.peers)
        out += print(peer);
    // Links that are none of had's are shown as well: they must be there at the end as they were.
    const LinksDumped dump = kernel_.net().dump();
    for (const Link& link : dump.links)
        if (!link.kind.empty() && !view.bond(link.name) && !view.vlan(link.name))
            out += fmt::format("also {}\n", link.name);
    for (const std::string& problem : view.problems)
        out += "problem: " + problem + "\n";
    return out;
}

} // namespace had::test
