#include "had/core/view/derive.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace had::core {
namespace {

class BondDeriver {
public:
    BondDeriver(const Situation& situation, const Plan& plan, const Worklist& anew, View& view, Worklist& again)
        : s_(situation), plan_(plan), anew_(anew), view_(view), again_(again) {
        for_each_bond(s_.config, anew, [&](std::size_t, const BondConfig& bond) { ports_[bond.name]; });
        if (ports_.empty()) return;
        for (const SlotView& slot : std::as_const(view_).slots)
            for (const PortView& port : slot.ports)
                if (const auto of = ports_.find(port.bond); of != ports_.end()) of->second.push_back(&port);
    }

    void derive() {
        for_each_bond(s_.config, anew_, [&](std::size_t place, const BondConfig& config) {
            std::optional<TimePoint> next;
            BondView bond = bond_view(config, next);
            if (next) again_.bonds.insert(place);
            if (anew_.all) view_.bonds.push_back(std::move(bond));
            else view_.bonds.set(place, std::move(bond));
        });
        for (const VlanConfig& vlan : s_.config.vlans) view_.vlans.push_back(vlan_view(vlan));
    }

private:
    // `next`: time alone changes it.
    BondView bond_view(const BondConfig& config, std::optional<TimePoint>& next) const {
        BondView bond;
        bond.name = config.name;
        bond.mode = to_string(config.mode());
        take_note(bond, plan_);
        if (const Attempt* failed = failed_attempt(s_, plan_, id_of(bond)))
            bond.add_problem(failure_text(*failed));
        const auto& ports = ports_of(bond.name);
        bond.wanted = static_cast<unsigned>(ports.size());
        if (const Link* link = s_.observed.link(config.name); link && link->bond) fill_bond(bond, config, *link, next);
        bond.exposure = exposure_of(bond);
        judge_readiness(s_, config, bond);
        bond.silence = silence_in(bond, ports);
        bond.health = bond_health(bond);
        return bond;
    }

    // In the order of the slots.
    const std::vector<const PortView*>& ports_of(const std::string& bond) const {
        static const std::vector<const PortView*> none;
        const auto at = ports_.find(bond);
        return at == ports_.end() ? none : at->second;
    }

    // Of the bond as a whole and of its ports, each once.
    static std::string silence_in(const BondView& bond, const std::vector<const PortView*>& ports) {
        std::vector<std::string> texts;
        add_silent_ways(bond.paths, texts);
        for (const PortView* port : ports) add_silent_ways(port->paths, texts);
        return fmt::format("{}", fmt::join(texts, "; "));
    }

    // The one card or the one port on which the bond depends.
    static std::string exposure_of(const BondView& bond) {
        std::set<SlotName> slots;
        for (const MemberView& member : bond.members)
            if (serves(member)) slots.insert(port_name_from(member.port)->slot);
        if (serving(bond) == 1) return "one port only: nothing takes over when it fails";
        return slots.size() == 1 ? one_card(*slots.begin()) : "";
    }

    template <class V>
    void fill_interface(V& object, const Link& link) const {
        object.mac = link.address;
        object.mtu = link.mtu;
        object.up = link.up;
        object.carrier = link.up && link.carrier;
        object.addresses = addresses_of(s_.observed, link.index);
        object.routes = routes_of(s_, link);
        object.paths = paths_of(s_, object.name, link.index);
    }

    void fill_bond(BondView& bond, const BondConfig& config, const Link& link, std::optional<TimePoint>& next) const {
        bond.mode = to_string(mode_in_force(link));
        bond.miimon = std::chrono::milliseconds(number_of(link.bond->options, BondOption::miimon));
        fill_interface(bond, link);
        if (const Link* active = s_.observed.link(active_of(link))) bond.active = active->name;
        const Trust trust = trust_of(config);
        const auto& ports = ports_of(bond.name);
        bond.members.reserve(s_.observed.slaves_of(link.index).size());
        for (const Ifindex index : s_.observed.slaves_of(link.index)) {
            const Link& slave = *s_.observed.link(index);
            if (!slave.slave) continue;
            const auto port = std::find_if(ports.begin(), ports.end(), [&](auto* p) { return p->index == index; });
            const auto standing = s_.standings.find(index);
            const bool is_known = standing != s_.standings.end();
            bond.members.push_back({.interface = slave.name,
                                    .port = port == ports.end() ? "" : to_string((*port)->name),
                                    .active = slave.slave->active,
                                    .carrier = slave.up && slave.carrier,
                                    .mii = std::string(to_string(slave.slave->mii)),
                                    .no_link_by = no_link_by(s_, index),
                                    .earned = is_known && has_earned(standing->second, trust, s_.now, next),
                                    .damped = is_known && is_damped(standing->second, trust, s_.now),
                                    .whole = is_whole(slave, link, s_.observed),
                                    .idle = idle_of(s_, slave, link),
                                    .proven_by = proven_by(s_, config, index)});
        }
    }

    VlanView vlan_view(const VlanConfig& config) const {
        VlanView vlan;
        vlan.name = config.name;
        vlan.on = config.on;
        vlan.id = config.id;
        take_note(vlan, plan_);
        const Attempt* failed = failed_attempt(s_, plan_, id_of(vlan));
        if (failed) vlan.add_problem(failure_text(*failed));
        const Link* link = s_.observed.link(config.name);
        if (link && link->kind == "vlan") {
            vlan.index = link->index;
            fill_interface(vlan, *link);
        }
        const bool carried = s_.carrier_of(config) != 0;
        const bool spares = vlan.lame || (failed ? can_do_without(s_, *failed) : is_about_size(vlan.problem));
        vlan.health = vlan_health(vlan, carried, spares);
        if (vlan.carrier && vlan.contested) vlan.health = Health::contested;
        return vlan;
    }

    // The VLANs of a card that is out are absent, as the card is.
    static Health vlan_health(const VlanView& vlan, bool carried, bool spares) {
        if (!carried && vlan.problem.empty()) return Health::absent;
        if (vlan.index == 0 || !vlan.carrier) return Health::down;
        if (!vlan.problem.empty()) return spares ? Health::degraded : Health::down;
        return vlan.waiting.empty() && silence_of(vlan.paths).empty() ? Health::healthy : Health::degraded;
    }

    // Redundancy counts: a bond with a port missing serves, but one failure less will take it down.
    static Health bond_health(const BondView& bond) {
        if (!bond.up || !bond.carrier) return Health::down;
        if (bond.contested) return Health::contested;
        const bool whole = serving(bond) >= bond.wanted && bond.problem.empty() && bond.waiting.empty() &&
                           bond.silence.empty();
        return whole ? Health::healthy : Health::degraded;
    }

    const Situation& s_;
    const Plan& plan_;
    const Worklist& anew_;
    View& view_;
    Worklist& again_;
    std::map<std::string, std::vector<const PortView*>> ports_;               // by bond
};

} // namespace

void derive_bonds(const Situation& situation, const Plan& plan, const Worklist& anew, View& view, Worklist& again) {
    BondDeriver(situation, plan, anew, view, again).derive();
}

} // namespace had::core
