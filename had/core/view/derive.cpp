#include "had/core/view/derive.hpp"
#include "had/core/view/kept.hpp"

#include "had/core/policy/shared_mac.hpp"
#include "had/core/policy/slot_watch.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace had::core {
namespace {

// What the kernel's own words leave out.
std::string_view cause_beside(const Attempt& attempt) {
    const int error = attempt.result.error;
    // What stands on it here is known before it is tried.
    if (error == EBUSY && std::holds_alternative<Enslave>(attempt.operation))
        return ", something that cannot be seen from here stands on it, as a container's macvlan would";
    return "";
}

// Without it a port serves all the same, though not everybody.
bool can_do_without(const Operation& operation) {
    return std::holds_alternative<AddRoute>(operation) || std::holds_alternative<Connect>(operation) ||
           std::holds_alternative<RemoveRoute>(operation) || std::holds_alternative<AddRule>(operation) ||
           std::holds_alternative<RemoveRule>(operation) || std::holds_alternative<SetTunable>(operation) ||
           std::holds_alternative<SetLinkMode>(operation);
}

} // namespace

std::vector<IpPrefix> addresses_of(const Observed& observed, Ifindex index) {
    std::vector<IpPrefix> out;
    for (const Address& address : observed.addresses_of(index))
        if (!address.link_scope) out.push_back(address.prefix);
    return out;
}

// What leads through no interface is told with the section that names it.
std::vector<std::string> routes_of(const Situation& s, const Link& link) {
    std::vector<std::string> out;
    for (const auto& [key, seen] : s.observed.routes)
        if (seen.link == link.index) out.push_back(to_string(Route{key, seen.way}));
    const Addressing* net = net_of(s, link);
    if (!net) return out;
    for (const RouteConfig& config : net->routes)
        if (const Route route = route_of(config); config.way.blackhole && s.observed.has_route(link.index, route))
            out.push_back(to_string(route));
    for (const RuleConfig& config : net->rules)
        if (s.observed.has_rule(config.rule)) out.push_back("rule " + to_string(config.rule));
    return out;
}

const Attempt* failed_attempt(const Situation& s, const Plan& plan, const ObjectId& object) {
    for (const Action& action : plan.actions) {
        if (action.object != object) continue;
        const Attempt* attempt = s.attempts.find(action.operation);
        if (attempt && attempt->failures > 0) return attempt;
    }
    return nullptr;
}

std::string failure_text(const Attempt& attempt) {
    return fmt::format("cannot {}: {}{}; it is tried again", to_string(attempt.operation),
                       why_failed(attempt.operation, attempt.result), cause_beside(attempt));
}

bool is_about_size(const std::string& problem) { return problem.find("mtu ") != std::string::npos; }

// What one address lacks does not keep the others from serving.
bool can_do_without(const Situation& s, const Attempt& failed) {
    const auto* add = std::get_if<AddAddress>(&failed.operation);
    if (!add) return can_do_without(failed.operation);
    return !addresses_of(s.observed, add->link.index).empty();
}

std::optional<Probe> no_link_by(const Situation& s, Ifindex index) {
    auto at = s.standings.find(index);
    const bool doubted = at != s.standings.end() && at->second.by_card && at->second.by_card->believed;
    return doubted ? std::optional(at->second.by_card->by) : std::nullopt;
}

namespace {

class Deriver {
public:
    Deriver(const Situation& situation, const Plan& plan) : s_(situation), plan_(plan) {}

    KeptView derive(std::string_view event_source, const KeptView& before, const Worklist& touched) {
        kept_.again = told_by_plan();
        Worklist anew = touched;
        anew.merge(before.again);
        anew.merge(kept_.again);
        anew.all = anew.all || before.view.slots.size() != s_.chassis.slots.size() ||
                   before.view.bonds.size() != s_.config.bonds.size();
        view_.event_source = event_source;
        view_.alarm = alarm();
        kept_.mac_conflicts = anew.all ? mac_conflicts(s_) : before.mac_conflicts;
        if (anew.all) all_slots();
        else keep(before.view, anew);
        view_.orders = order_views(s_, view_.slots);
        derive_bonds(s_, plan_, anew, view_, kept_.again);
        derive_services(s_, plan_, view_);
        derive_peers(s_, plan_, view_);
        sum_up(view_);
        return std::move(kept_);
    }

private:
    // Of whom the plan says anything.
    Worklist told_by_plan() const {
        Worklist told = plan_.said;
        const auto add = [&](const ObjectId& object) {
            const auto port = object.kind == ObjectKind::port ? port_name_from(object.name) : std::nullopt;
            if (port) told.ports.insert(*port);
            if (object.kind == ObjectKind::slot) told.slots.insert(object.name);
            if (object.kind == ObjectKind::bond) add_bond(told, s_.config, object.name);
        };
        for (const auto& [object, note] : plan_.notes) add(object);
        for (const Action& action : plan_.actions) add(action.object);
        return told;
    }

    void all_slots() {
        view_.slots.reserve(s_.chassis.slots.size());
        for (const auto& [name, slot] : s_.chassis.slots) view_.slots.push_back(slot_view(slot));
    }

    void keep(const View& before, const Worklist& anew) {
        view_.slots = before.slots;
        view_.bonds = before.bonds;
        std::set<SlotName, SlotLess> slots = anew.slots;
        for (const PortName& port : anew.ports) slots.insert(port.slot);
        for (const SlotName& name : slots) {
            const auto placed = s_.chassis.slots.find(name);
            const auto shown = std::ranges::lower_bound(view_.slots, name, SlotLess{}, &SlotView::name);
            if (placed == s_.chassis.slots.end() || shown == view_.slots.end()) continue;
            view_.slots.set(static_cast<std::size_t>(shown - view_.slots.begin()), slot_view(placed->second));
        }
    }

    std::string alarm() const {
        if (!s_.observed.hotplug_thread_ended || !has_silent_slots(s_.observed)) return "";
        return "the kernel's hot-swap thread (cpci_hp_polld) has ended, reboot when convenient; until then the "
               "daemon serves the CompactPCI slots itself";
    }

    // True when its problem, if it has one, keeps it from serving.
    bool fill_role(PortView& port, const RoleConfig* role, bool controlled) const {
        const DeviceLine* line = s_.config.device(port.name);
        if (line) port.config_line = line->line.number(), port.config_file = line->line.beside();
        // This host does not miss what another host controls.
        if (!role || !controlled) return true;
        port.config = role->name;
        port.bond = role->bond;
        take_note(port, plan_);
        if (port.function && is_silent(s_.observed, *port.function)) {
            port.problem = "its card does not answer";
            port.kind = ProblemKind::card_dead;
        }
        if (!port.problem.empty()) return !port.lame && !was_refused_mode(port.name) && !is_about_size(port.problem);
        const Attempt* failed = failed_attempt(s_, plan_, id_of(port));
        if (failed) port.problem = failure_text(*failed);
        else if (auto at = kept_.mac_conflicts.find(port.name); at != kept_.mac_conflicts.end())
            port.problem = at->second;
        return failed && !can_do_without(s_, *failed);
    }

    // Its driver refused the speed and is not asked again: the port serves as it is.
    bool was_refused_mode(const PortName& name) const {
        const PlacedPort* placed = s_.chassis.port(name);
        const Link* link = placed ? s_.observed.link(placed->index) : nullptr;
        if (!link) return false;
        auto at = s_.attempts.by_key.find(key_of(SetLinkMode{{link->index, link->name}, {}}));
        return at != s_.attempts.by_key.end() && at->second.failures > 0;
    }

    std::optional<NeighbourView> neighbour_of(const PortName& name, const RoleConfig* role) const {
        const auto at = s_.neighbours.find(name);
        const std::string expected = role ? role->expect_neighbour : "";
        if (at == s_.neighbours.end() || at->second.since.empty())
            return expected.empty() ? std::nullopt : std::optional(NeighbourView{.expected = expected});
        const Neighbour& heard = at->second;
        if (!heard.heard) return NeighbourView{.was = heard.name(), .expected = expected};
        return NeighbourView{heard.system, heard.port, heard.since, heard.was, expected};
    }

    PortView port_view(const PlacedPort& placed, bool controlled) const {
        PortView port;
        port.name = placed.name;
        port.function = placed.function;
        port.path = placed.path;
        port.driver = s_.observed.functions.at(placed.function).function.driver;
        port.neighbour = neighbour_of(placed.name, placed.role);
        if (const auto loss = s_.losses.find(placed.name); loss != s_.losses.end())
            port.last_loss = fmt::format("{}: {}", loss->second.when, loss->second.words);
        const bool hurts = fill_role(port, placed.role, controlled);
        if (const Link* link = s_.observed.link(placed.index)) fill_link(port, *link);
        port.health = port_health(port, hurts);
        if (is_quarantined(s_, placed.name.slot)) port.health = Health::quarantined;
        else if (is_withheld(s_, placed.name.slot)) port.health = Health::offline;
        else if (port.role.empty() && s_.orders.left_out.contains(port.name)) port.health = Health::offline;
        else if (port.carrier && port.contested) port.health = Health::contested;
        return port;
    }

    void fill_link(PortView& port, const Link& link) const {
        port.index = link.index;
        port.interface = link.name;
        port.mac = link.slave ? link.slave->permanent : link.address;
        port.up = link.up;
        port.carrier = link.up && link.carrier;
        const bool silent = port.function && is_silent(s_.observed, *port.function);
        port.no_link_by = silent ? std::optional(Probe::presence) : no_link_by(s_, link.index);
        port.addresses = addresses_of(s_.observed, link.index);
        port.routes = routes_of(s_, link);
        const Link* master = s_.observed.link(link.master);
        const bool member = link.slave && master && master->name == port.bond;
        if (member) port.idle = idle_of(s_, link, *master);
        port.paths = paths_of(s_, member ? port.bond : link.name, link.index);
        const bool alone = link.master == 0 || (master && master->kind == "vrf");
        if (member)
            port.role = link.slave->active ? "active" : "backup";
        else if (!port.config.empty() && port.bond.empty() && alone && link.up)
            port.role = "plain";
    }

    // A port without a config is healthy whatever its state, since nobody wants anything of it.
    static Health port_health(const PortView& port, bool hurts) {
        if (port.config.empty()) return port.index ? Health::healthy : Health::absent;
        const bool linked = port.carrier && !port.no_link_by && port.idle.empty();
        if (port.index == 0 || port.role.empty() || !linked) return Health::down;
        const bool silent = port.bond.empty() && !silence_of(port.paths).empty();
        if (port.problem.empty()) return silent ? Health::degraded : Health::healthy;
        return hurts ? Health::down : Health::degraded;
    }

    // A port that the file names and whose card is not there.
    void add_absent(SlotView& slot, const DeviceLine& line) const {
        const unsigned subdevice = line.subdevice.value_or(0);
        const PortName name{line.slot, subdevice, line.unit};
        if (!slot.controlled || (!line.subdevice && !slot.ports.empty())) return;
        for (const PortView& port : slot.ports)
            if (port.name == name) return;
        PortView port;
        port.name = name;
        fill_role(port, role_of(s_.config, name), slot.controlled);
        if (is_withheld(slot.extraction)) port.health = Health::offline;
        slot.ports.push_back(std::move(port));
    }

    void fill_card(SlotView& slot, const PlacedSlot& placed) const {
        if (placed.functions.empty()) return;
        const PortName* first = placed.ports.empty() ? nullptr : &placed.ports.front();
        const PciAddress& at = first ? s_.chassis.ports.at(*first).function : placed.functions.front();
        const PciFunction& f = s_.observed.functions.at(at).function;
        slot.card = CardView{f.vendor, f.device, f.subvendor, f.subdevice, f.class_code, at};
    }

    SlotView slot_view(const PlacedSlot& placed) const {
        SlotView slot;
        slot.name = placed.name;
        slot.domain = s_.config.domain_of(placed.name);
        slot.controlled = placed.controlled;
        slot.location = placed.location;
        slot.problem = placed.problem;
        if (!placed.functions.empty() && is_silent(s_.observed, placed.functions.front())) {
            slot.problem = "the card does not answer: it was pulled with its handle closed, or is dead";
            slot.kind = ProblemKind::card_dead;
        }
        fill_extraction(slot);
        const auto lines = s_.config.lines_of(slot.name);
        fill_model(slot, placed, slot.controlled && !lines.empty());
        fill_card(slot, placed);
        slot.ports.reserve(placed.ports.size());
        // The ports of a slot stand together, from the first on.
        auto at = s_.chassis.ports.lower_bound(PortName{slot.name});
        for (; at != s_.chassis.ports.end() && at->first.slot == slot.name; ++at)
            slot.ports.push_back(port_view(at->second, slot.controlled));
        const std::size_t there = slot.ports.size();
        for (const DeviceLine& line : lines) add_absent(slot, line);
        if (slot.ports.size() > there)
            std::sort(slot.ports.begin(), slot.ports.end(),
                      [](const PortView& a, const PortView& b) { return a.name < b.name; });
        slot.health = slot_health(slot);
        return slot;
    }

    void fill_extraction(SlotView& slot) const {
        std::optional<TimePoint> unused;
        slot.extraction = extraction_of(s_, slot.name, unused);
        if (slot.extraction == Extraction::none) return;
        slot.doing = words_of(slot);
        const Attempt* failed = failed_attempt(s_, plan_, id_of(slot));
        if (failed) slot.add_problem(failure_text(*failed));
        if (slot.extraction != Extraction::quiescing) return;
        for (const PortView& port : slot.ports)
            if (!port.problem.empty())
                slot.add_problem(fmt::format("{}: {}", to_string(port.name), port.problem));
    }

    void fill_model(SlotView& slot, const PlacedSlot& placed, bool wanted) const {
        const auto served = s_.models.find(slot.name);
        if (served != s_.models.end() && served->second.before)
            slot.model_before = to_pci_id(served->second.before->vendor, served->second.before->device);
        const bool gone = placed.functions.empty() && !placed.location.empty() && slot.extraction == Extraction::none;
        if (served != s_.models.end() && wanted && gone)
            slot.missing = to_pci_id(served->second.model.vendor, served->second.model.device);
        if (slot.extraction == Extraction::none && is_quarantined(s_, slot.name))
            slot.add_problem(why_quarantined(s_, slot.name), ProblemKind::quarantined);
    }

    std::string words_of(const SlotView& slot) const {
        std::optional<TimePoint> unused;
        switch (slot.extraction) {
        case Extraction::none: return "";
        case Extraction::waiting:
            return "not let go, since it would cut service: " + what_keeps(s_, slot.name, unused);
        case Extraction::quiescing: return "its ports go out of service";
        case Extraction::unbinding: return "its drivers let the card go";
        case Extraction::powering: return "it is switched off";
        case Extraction::detached:
            if (leaving_of(s_, slot.name)->domain) return "out of service: its domain is released";
            return "out of service, its drivers are unbound; nothing here can switch it off";
        case Extraction::out: return "safe to pull";
        }
        return "";
    }

    Health slot_health(const SlotView& slot) const {
        if (is_quarantined(s_, slot.name)) return Health::quarantined;
        if (is_withheld(slot.extraction)) return Health::offline;
        if (!slot.card) return Health::absent;
        unsigned well = 0, ill = 0, lame = 0, off = 0;
        for (const PortView& port : slot.ports) {
            if (port.config.empty()) continue;
            ++(port.health == Health::healthy   ? well
               : is_impaired(port.health)        ? lame
               : port.health == Health::offline ? off
                                                : ill);
        }
        if (ill + lame == 0) return off > 0 && well == 0 ? Health::offline : Health::healthy;
        return well + lame == 0 ? Health::down : Health::degraded;
    }

    const Situation& s_;
    const Plan& plan_;
    KeptView kept_;
    View& view_ = kept_.view;
};

} // namespace

View derive_view(const Situation& situation, const Plan& plan, std::string_view event_source) {
    return Deriver(situation, plan).derive(event_source, {}, {}).view;
}

KeptView derive_view(const Situation& situation, const Plan& plan, std::string_view event_source,
                     const KeptView& before, const Worklist& touched) {
    return Deriver(situation, plan).derive(event_source, before, touched);
}

} // namespace had::core
