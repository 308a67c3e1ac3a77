// The whole chain from a slot to the state of its ports, each step with its reason.
#include "had/core/base/duration.hpp"
#include "had/core/plan/plan.hpp"
#include "had/core/service/step.hpp"
#include "had/core/view/explain_driver.hpp"
#include "had/core/view/view.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace had::core {
namespace {

using Steps = std::vector<ExplainStep>;

class Explainer {
public:
    Explainer(const Situation& situation, const Plan& plan, const View& view, const ParametersOf& parameters)
        : s_(situation), plan_(plan), view_(view), driver_(situation, parameters) {}

    Steps of(const SlotView& slot) {
        place(slot);
        for (const PortView& port : slot.ports) steps_of(slot, port);
        return std::move(steps_);
    }

    Steps of(const PortView& port) {
        for (const OrderView& order : view_.orders)
            if (order.port == to_string(port.name) ||
                (!order.interface.empty() && order.interface == port.interface))
                add(order.text, "an operator's order outranks " + std::string(s_.file));
        const SlotView* slot = view_.slot(port.name.slot);
        place(*slot);
        steps_of(*slot, port);
        return std::move(steps_);
    }

    Steps of(const BondView& bond) {
        if (const OrderView* order = view_.order_of_bond(bond.name))
            add(order->text, "an operator's order outranks " + std::string(s_.file));
        const BondConfig* config = s_.config.bond(bond.name);
        add(fmt::format("{} is wanted as {}", bond.name, bond.mode),
            fmt::format("{}: [bond {}]", config->line.in(s_.file), bond.name));
        const Link* link = s_.observed.link(bond.name);
        if (!link) add(bond.name + " does not exist", bond.problem);
        else
            add(fmt::format("it is interface {}, address {}, {}", link->index, to_string(bond.mac),
                            !bond.up ? "down" : bond.carrier ? "up with carrier" : "up without carrier"),
                s_.owned.bonds.contains(bond.name) ? "the daemon made it" : "it was there before the daemon");
        for (const MemberView& member : bond.members)
            add(fmt::format("{} is {}, miimon says {}", member.interface,
                            member.active ? "active" : "backup", member.mii),
                member.port.empty() ? "not in had.conf: a foreign member, left alone"
                                    : "port " + member.port);
        routes(bond.routes);
        paths(bond.paths);
        readiness(bond);
        add_waiting(bond.waiting);
        actions(id_of(bond));
        add(fmt::format("{} is {}", bond.name, to_string(bond.health)),
            fmt::format("{} members, {} wanted{}{}", bond.members.size(), bond.wanted,
                        bond.exposure.empty() ? "" : "; ", bond.exposure));
        return std::move(steps_);
    }

    Steps of(const VlanView& vlan) {
        const VlanConfig* config = s_.config.vlan(vlan.name);
        add(fmt::format("{} is wanted as {} on {}", vlan.name, vlan.id, vlan.on),
            fmt::format("{}: [vlan {}]", config->line.in(s_.file), vlan.name));
        if (vlan.index == 0) add(vlan.name + " does not exist", vlan.doing);
        else
            add(fmt::format("it is interface {}, mtu {}, {}", vlan.index, vlan.mtu,
                            !vlan.up ? "down" : vlan.carrier ? "up with carrier" : "up without carrier"),
                s_.owned.vlans.contains(vlan.name) ? "the daemon made it" : "it was there before the daemon");
        routes(vlan.routes);
        add_waiting(vlan.waiting);
        actions(id_of(vlan));
        add(fmt::format("{} is {}", vlan.name, to_string(vlan.health)),
            !vlan.problem.empty() ? vlan.problem
            : !vlan.doing.empty() ? vlan.doing
            : vlan.carrier        ? "link is up"
                                  : "no link");
        return std::move(steps_);
    }

    Steps of(const ServiceView& service) {
        const auto all = all_services(s_.config);
        const ServiceConfig* config = named(all, service.name.substr(0, service.name.find('@')));
        if (config)
            add(fmt::format("{} is wanted{}", service.name,
                            service.group.empty() ? "" : fmt::format(" as {} of {}", service.member, service.group)),
                fmt::format("{}: {}", config->line.in(s_.file),
                            !config->unit.empty()    ? config->unit
                            : config->has_process() ? config->command
                                                    : "it has no process, and is up while its interface is"));
        if (!service.device.empty())
            add(fmt::format("it is for {}", service.device), fmt::format("[match {}]", config ? config->match : ""));
        state_steps(service);
        if (service.failures > 0)
            add(fmt::format("it has failed {} times in a row", service.failures),
                fmt::format("each failure doubles the wait before it is tried again, up to {}",
                            print_duration((config ? *config : ServiceConfig()).retry_max)));
        if (!service.good_since.empty())
            add(fmt::format("its probe succeeds since {}", service.good_since), config ? config->probe : "");
        for (const IpPrefix& address : service.addresses)
            add(fmt::format("{} has {}", service.interface, to_string(address)), "as the kernel has it");
        routes(service.routes);
        paths(service.paths);
        add_waiting(service.waiting);
        actions(id_of(service));
        add(fmt::format("{} is {}", service.name, to_string(service.health)), state_of(service));
        return std::move(steps_);
    }

    Steps of(const FailoverView& group) {
        for (const OrderView& order : view_.orders)
            if (order.group == group.name) add(order.text, "an operator's order outranks " + std::string(s_.file));
        const FailoverConfig* config = s_.config.failover(group.name);
        add(fmt::format("{} is served by the first of {} that can", group.name, fmt::join(group.members, ", ")),
            fmt::format("{}: [failover {}]", config->line.in(s_.file), group.name));
        add(group.active.empty() ? "no member is up" : fmt::format("{} serves since {}", group.active, group.since),
            group.text);
        for (const ServiceView& service : view_.services)
            if (service.group == group.name) state_steps(service);
        if (!group.failback.empty())
            add(fmt::format("failback = {}", group.failback), way_back(*config));
        routes(group.routes);
        actions(id_of(group));
        add(fmt::format("{} is {}", group.name, to_string(group.health)), state_of(group));
        return std::move(steps_);
    }

    // An interface of no slot: a modem's, say, or a LAN's.  Nothing: there is none, and nobody names it.
    Steps of_other(std::string_view name, const Link* link) {
        const std::string file(s_.file);
        if (link)
            add(fmt::format("{} (interface {}) sits in no slot", link->name, link->index),
                "no PCI function of the chassis carries it");
        const std::size_t unnamed = steps_.size();
        for (const ServiceConfig& service : all_services(s_.config)) {
            const auto is_its = [&](const ServiceView& view) {
                return view.interface == name && view.name.substr(0, view.name.find('@')) == service.name;
            };
            if (service.interface == name || std::any_of(view_.services.begin(), view_.services.end(), is_its))
                add(fmt::format("service {} makes or serves it", service.name),
                    fmt::format("{}: [service {}]", service.line.in(file), service.name));
        }
        for (const MemberConfig& member : s_.config.members)
            if (member.interface == name)
                add(fmt::format("the routes of a group go over it while member {} serves", member.name),
                    fmt::format("{}: [member {}]", member.line.in(file), member.name));
        for (const PeerConfig& peer : s_.config.peers)
            for (const PeerLan& lan : peer.lans)
                if (lan.on == name)
                    add(fmt::format("peer {} is asked on it, at {}", peer.name, to_string(lan.address)),
                        fmt::format("{}: lan", lan.line.in(file)));
        for (const VlanConfig& vlan : s_.config.vlans)
            if (vlan.on == name)
                add(fmt::format("{} is on it", vlan.name), fmt::format("{}: [vlan {}]", vlan.line.in(file), vlan.name));
        const bool is_named = steps_.size() > unnamed;
        if (!link && is_named) add(fmt::format("there is no {} now", name), "as rtnetlink tells");
        else if (is_named) add("all else of it is left alone", file + " names it for that alone");
        else if (link) add("it is left alone", file + " does not name it");
        return std::move(steps_);
    }

    Steps of(const PeerView& peer) {
        const PeerConfig* config = s_.config.peer(peer.name);
        add(fmt::format("peer {} is asked on {} LAN{}{}", peer.name, peer.lans.size(), peer.lans.size() == 1 ? "" : "s",
                        peer.role == PeerRole::responder ? ", when it asks itself" : ""),
            fmt::format("{}: [peer {}]", config->line.in(s_.file), peer.name));
        for (std::size_t i = 0; i < peer.lans.size() && i < config->lans.size(); ++i) {
            const PeerLanView& lan = peer.lans[i];
            add(fmt::format("{} ({}), {}: {}{}{}", lan.lan, lan.interface.empty() ? "-" : lan.interface,
                            to_string(lan.address), to_string(lan.state), lan.text.empty() ? "" : ", it ", lan.text),
                fmt::format("{}: lan; the peer {}", config->lans[i].line.in(s_.file),
                            lan.peer_hears ? "has not called it lost" : "hears nothing there"));
        }
        if (const PeerLanView* used = peer.used(); used && !peer.routes.empty())
            add(fmt::format("it is reached by {}", used->lan),
                used == &peer.lans.front() ? "the first of its LANs, and none is better"
                                           : "the first of its LANs that serves, or that has not been left again yet");
        routes(peer.routes);
        for (const SharedView& shared : peer.shared)
            add(fmt::format("{} on {} is {}", to_string(shared.address), shared.interface, who_has(shared)),
                shared.text.empty() ? fmt::format("{}: shared", config->line.in(s_.file)) : shared.text);
        for (const std::string& advice : peer.advice) add("advice", advice);
        actions(id_of(peer));
        add(fmt::format("peer {} is {}", peer.name, to_string(peer.health)),
            !peer.problem.empty() ? peer.problem
            : !peer.doing.empty() ? peer.doing
                                  : state_of(peer));
        return std::move(steps_);
    }

private:
    void state_steps(const ServiceView& service) {
        add(fmt::format("{} is {} since {}{}", service.member.empty() ? service.name : service.member,
                        to_string(service.phase), service.since,
                        service.pid == 0 ? "" : fmt::format(", process {}", service.pid)),
            service.doing.empty() ? service.text : service.doing);
    }
    static std::string way_back(const FailoverConfig& group) {
        switch (group.failback.kind) {
        case ReturnKind::never: return "who serves goes on until it fails, or an operator orders another";
        case ReturnKind::after:
            return "a better member comes back when its probe has succeeded for so long without a gap";
        case ReturnKind::within: return "a better member whose probe succeeds comes back in that time of the day";
        }
        return {};
    }

    void add(std::string what, std::string why) { steps_.push_back({std::move(what), std::move(why)}); }

    void add_waiting(const std::vector<std::string>& all) {
        for (const std::string& waiting : all)
            add("waiting: " + waiting, "no service is cut without an operator's word");
    }

    void place(const SlotView& slot) {
        const SlotConfig* config = s_.config.slot(slot.name);
        add(slot.location.empty() ? fmt::format("slot {} is nowhere", slot.name)
                                  : fmt::format("slot {} is at {}", slot.name, slot.location),
            !slot.problem.empty() ? slot.problem
            : config ? fmt::format("{}: [slot {}]", config->line.in(s_.file), slot.name)
                     : fmt::format("the kernel has a slot of that name"));
        if (!slot.domain.empty())
            add(fmt::format("it is in domain {}", slot.domain),
                slot.controlled ? "this host controls it" : "another host's: shown and left alone");
        if (!slot.card) {
            add("it is empty", "no PCI function at that place");
            return;
        }
        add(fmt::format("a card is in it, {}", to_pci_id(slot.card->vendor, slot.card->device)),
            fmt::format("its first function is {}", to_string(slot.card->address)));
    }

    void steps_of(const SlotView& slot, const PortView& port) {
        const std::string name = to_string(port.name);
        const DeviceLine* line = s_.config.device(port.name);
        if (!slot.controlled)
            add(fmt::format("{} is left alone", name), fmt::format("domain {} is another host's", slot.domain));
        else if (port.config.empty())
            add(fmt::format("{} has no role", name),
                line ? fmt::format("{}: its plain config serves subdevice 0 of the card only", line->line.in(s_.file))
                     : fmt::format("[devices] of {} does not name it", s_.file));
        else
            add(fmt::format("{} is to {}", name,
                            port.bond.empty() ? "serve as " + port.config
                                              : fmt::format("join {} ({})", port.bond, port.config)),
                fmt::format("{}: {} = {}", line->line.in(s_.file), name, port.config));
        if (!port.function)
            return add(fmt::format("{} is absent", name),
                       slot.card ? "the card has no such port" : "it serves when a card with it is inserted");
        driver_.explain(port, steps_);
        device(port);
        if (port.config.empty()) return;
        neighbour(port);
        if (!port.last_loss.empty()) add("it last lost its link at " + port.last_loss, "asked when all else was done");
        paths(port.paths);
        add_waiting(port.waiting);
        actions(id_of(port));
        actions(id_of(slot));
        add(fmt::format("{} is {}", name, to_string(port.health)),
            !port.problem.empty() ? port.problem
            : !port.doing.empty() ? port.doing
            : !port.carrier    ? "no link"
            : !port.idle.empty() ? "it " + port.idle
            : !port.no_link_by ? "link is up"
                               : fmt::format("no link, says {}; the driver has not noticed",
                                             to_string(*port.no_link_by)));
    }

    void paths(const std::vector<PathView>& all) {
        for (const PathView& path : all) {
            const MonitorConfig* config = s_.config.monitor(path.monitor);
            add(fmt::format("path {} is {}{}{}", path.monitor, to_string(path.state), path.text.empty() ? "" : ": ",
                            path.text),
                fmt::format("{}: [monitor {}]", (config ? config->line : Line()).in(s_.file), path.monitor));
        }
    }

    void neighbour(const PortView& port) {
        if (!port.neighbour) return;
        const NeighbourView& at = *port.neighbour;
        const std::string wanted = at.expected.empty() ? "" : "; had.conf expects " + at.expected;
        if (!at.system.empty())
            add(fmt::format("its cable ends at {} {}, since {}", at.system, at.port, at.since),
                fmt::format("as LLDP tells{}{}{}", at.was.empty() ? "" : ", it was on ", at.was, wanted));
        else
            add("no switch tells by LLDP where its cable ends",
                fmt::format("{}{}{}", at.was.empty() ? "nothing was ever heard" : "it was on ", at.was, wanted));
    }

    // Since when, too: by the monitor that has known it for longest.
    void readiness(const BondView& bond) {
        if (!bond.provable) return;
        if (!bond.ready) add("no backup port would serve now", bond.unready);
        for (const MemberView& member : bond.members) {
            if (member.active || member.proven_by.empty() || !serves(member)) continue;
            const Link* link = s_.observed.link(member.interface);
            std::optional<TimePoint> since;
            for (const MonitorState& state : s_.paths.at(bond.name))
                if (const Finding* finding = link ? state.of(link->index) : nullptr;
                    finding && std::find(member.proven_by.begin(), member.proven_by.end(), state.monitor) !=
                                   member.proven_by.end())
                    since = std::min(since.value_or(finding->since), finding->since);
            add(fmt::format("{} would serve", member.port.empty() ? member.interface : member.port),
                fmt::format("{} has had answers through it for {} s", fmt::join(member.proven_by, " and "),
                            (s_.now - since.value_or(s_.now)) / std::chrono::seconds(1)));
        }
    }

    void device(const PortView& port) {
        if (port.index == 0) {
            add("it has no network device", !port.doing.empty()   ? port.doing
                                            : port.driver.empty() ? "that takes a driver"
                                                                  : "its driver made none");
            return;
        }
        add(fmt::format("{} (interface {}), {}, {}", port.interface, port.index, to_string(port.mac),
                        !port.up ? "down" : port.carrier ? "up with link" : "up without link"),
            "as rtnetlink tells");
        if (!port.role.empty())
            add(port.bond.empty() ? fmt::format("it serves as {}", port.config)
                                  : fmt::format("it is {} in {}", port.role, port.bond),
                "as the kernel tells");
        routes(port.routes);
    }

    void routes(const std::vector<std::string>& there) {
        for (const std::string& route : there)
            if (route.starts_with("rule ")) add(route, "as had.conf names it");
            else add("route " + route, fmt::format("the daemon's own, of protocol {}", route_protocol));
    }

    void actions(const ObjectId& object) {
        for (const Action& action : plan_.actions) {
            if (action.object != object) continue;
            const Attempt* attempt = s_.attempts.find(action.operation);
            const bool failed = attempt && attempt->failures > 0;
            add("to be done: " + to_string(action.operation),
                failed ? fmt::format("{}; {} failures so far: {}", action.reason, attempt->failures,
                                     attempt->result.text)
                       : action.reason);
        }
    }

    const Situation& s_;
    const Plan& plan_;
    const View& view_;
    DriverSteps driver_;
    Steps steps_;
};

} // namespace

Steps explain(const Situation& situation, const Plan& plan, const View& view, std::string_view object,
              const ParametersOf& parameters) {
    if (object.empty()) return {};            // a port without an interface has no name for it either
    if (const auto port = port_name_from(object); port && to_string(*port) != object)
        return explain(situation, plan, view, to_string(*port), parameters);      // "2.1/0"
    Explainer explainer(situation, plan, view, parameters);
    std::optional<Steps> steps;
    for_each_object(view, [&](const ObjectId& id, const auto& named) {
        if (!steps && id.name == object) steps = explainer.of(named);
    });
    if (steps) return *std::move(steps);
    for (const SlotView& slot : view.slots)
        for (const PortView& port : slot.ports)
            if (port.interface == object) return explainer.of(port);
    const Link* link = situation.observed.link_called(std::string(object));
    if (link && link->name != object) return explain(situation, plan, view, link->name, parameters);
    return explainer.of_other(object, link);
}

} // namespace had::core
