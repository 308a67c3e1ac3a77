// What happened between two views, in the order in which an operator would tell it.
#include "had/core/policy/failover.hpp"
#include "had/core/view/alarm.hpp"
#include "had/core/view/view.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace had::core {
namespace {

bool exists(const BondView& bond) { return !bond.mac.is_zero(); }

bool serves(const PortView& port) {
    const bool well = port.health == Health::healthy || is_impaired(port.health);
    return !port.config.empty() && well && !port.role.empty();
}

class Difference {
public:
    Difference(const View& before, const View& after) : before_(before), after_(after) {
        for (const SlotView& slot : after_.slots)
            for (const PortView& port : slot.ports)
                if (port.index != 0) by_mac_.emplace(port.mac, &port);
    }

    std::vector<Notice> tell() {
        if (before_.alarm != after_.alarm) alarm();
        for (const SlotView& slot : before_.slots) card_out(slot);
        for (const SlotView& slot : after_.slots) card_in(slot);
        for (const SlotView& slot : after_.slots) another_model(slot);
        for (const SlotView& slot : before_.slots)
            for (const PortView& port : slot.ports) lost(port);
        for (const SlotView& slot : after_.slots)
            for (const PortView& port : slot.ports) gained(port);
        for (const SlotView& slot : after_.slots) slot_trouble(slot);
        for (const BondView& bond : after_.bonds) health(bond);
        for (const VlanView& vlan : after_.vlans) health(vlan);
        for (const ServiceView& service : before_.services)
            if (!after_.service(service.name)) gone(service);
        for (const ServiceView& service : after_.services) phase(service);
        for (const FailoverView& group : after_.failovers) health(group);
        for (const PeerView& peer : after_.peers) health(peer);
        alarms();
        return std::move(notices_);
    }

private:
    void add(NoticeKind kind, NoticeLevel level, Notice notice) {
        notice.kind = kind;
        notice.level = level;
        notices_.push_back(std::move(notice));
    }

    void alarm() {
        Notice n;
        n.text = after_.alarm.empty() ? "over: " + before_.alarm : after_.alarm;
        const bool over = after_.alarm.empty();
        add(over ? NoticeKind::trouble_over : NoticeKind::alarm,
            over ? NoticeLevel::notice : NoticeLevel::error, std::move(n));
    }

    // Last: what happened comes first, then what is to be done about it.
    void alarms() {
        for (const Alarm& alarm : before_.alarms)
            if (!after_.alarm_of(alarm.id))
                add(NoticeKind::alarm_cleared, NoticeLevel::notice, about(alarm, "is over: "));
        for (const Alarm& alarm : after_.alarms) {
            const Alarm* old = before_.alarm_of(alarm.id);
            if (old && says_the_same(*old, alarm)) continue;
            const bool taken_note = old && old->acked.empty() && !alarm.acked.empty();
            Notice n = about(alarm, "");
            if (!taken_note) n.repair = alarm.repair;
            if (taken_note) n.user = alarm.acked_by;
            n.text += taken_note ? fmt::format("; {} has taken note of it", n.user) : "; repair: " + alarm.repair;
            add(old ? NoticeKind::alarm_changed : NoticeKind::alarm_raised,
                taken_note ? NoticeLevel::notice : level_of(alarm), std::move(n));
        }
    }

    static NoticeLevel level_of(const Alarm& alarm) {
        switch (alarm.severity) {
        case AlarmSeverity::critical: return NoticeLevel::error;
        case AlarmSeverity::major:
        case AlarmSeverity::minor: return NoticeLevel::warning;
        case AlarmSeverity::warning: return NoticeLevel::notice;
        }
        return NoticeLevel::error;
    }

    Notice about(const Alarm& alarm, std::string_view how) const {
        Notice n;
        n.alarm = alarm.id;
        n.severity = to_string(alarm.severity);
        n.slot = alarm.locate;
        if (after_.bond(alarm.object)) n.bond = alarm.object;
        else if (after_.vlan(alarm.object)) n.interface = alarm.object;
        else if (after_.failover(alarm.object)) n.group = alarm.object;
        else if (after_.service(alarm.object)) n.service = alarm.object;
        else if (after_.peer(alarm.object)) n.peer = alarm.object;
        else if (port_name_from(alarm.object)) n.port = alarm.object;
        n.text = fmt::format("alarm {} ({}) {}{}", alarm.id, n.severity, how, alarm.text);
        return n;
    }

    static std::string card_text(const CardView& card) {
        return fmt::format("{} at {}", to_pci_id(card.vendor, card.device), to_string(card.address));
    }

    void card_out(const SlotView& slot) {
        const SlotView* now = after_.slot(slot.name);
        if (!slot.card || (now && now->card == slot.card)) return;
        Notice n;
        n.slot = slot.name;
        n.text = fmt::format("slot {}: card out, {}", slot.name, card_text(*slot.card));
        add(NoticeKind::card_out, NoticeLevel::notice, std::move(n));
    }

    void card_in(const SlotView& slot) {
        const SlotView* old = before_.slot(slot.name);
        if (!slot.card || (old && old->card == slot.card)) return;
        Notice n;
        n.slot = slot.name;
        n.text = fmt::format("slot {}: card in, {}", slot.name, card_text(*slot.card));
        add(NoticeKind::card_in, NoticeLevel::notice, std::move(n));
    }

    // Not of what a daemon finds when it starts.
    void another_model(const SlotView& slot) {
        const SlotView* old = before_.slot(slot.name);
        if (!slot.card || slot.model_before.empty() || (old && old->model_before == slot.model_before)) return;
        Notice n;
        n.slot = slot.name;
        n.from = slot.model_before;
        n.to = to_pci_id(slot.card->vendor, slot.card->device);
        n.text = fmt::format("slot {}: another model than before: {}, was {}", slot.name, n.to, n.from);
        add(NoticeKind::card_changed, NoticeLevel::notice, std::move(n));
    }

    static Notice about(const PortView& port) {
        Notice n;
        n.slot = port.name.slot;
        n.port = to_string(port.name);
        n.interface = port.interface;
        n.bond = port.bond;
        return n;
    }

    void lost(const PortView& port) {
        if (!serves(port)) return;
        const PortView* now = after_.port(port.name);
        if (now && serves(*now) && now->index == port.index) return;
        Notice n = about(port);
        const Reason reason = why_lost(port, now);
        n.cause = reason.cause;
        n.text = fmt::format("{}: {} lost{}, {}", n.port, port.interface,
                             port.bond.empty() ? "" : " from " + port.bond, reason.words);
        const bool as_wished = now && (now->config != port.config || now->health == Health::offline);
        add(NoticeKind::port_lost, as_wished ? NoticeLevel::notice : NoticeLevel::warning, std::move(n));
    }

    struct Reason {
        std::string_view cause;               // as of a failover; or `config`
        std::string words;
    };

    static Reason said_by(const ProbeKind& probe) {
        return {probe.cause,
                probe.of_interface ? fmt::format("no link says {}", probe.name) : std::string(probe.words)};
    }

    // The kernel closes a port that is released: its carrier means nothing then.
    Reason why_lost(const PortView& port, const PortView* now) const {
        const SlotView* slot = after_.slot(port.name.slot);
        if (slot && is_withheld(slot->extraction)) return {cause::extraction, "offline by order"};
        if (now && now->health == Health::offline) return {cause::release, "left out by order"};
        if (!now || now->index != port.index) return {cause::removal, "removed"};
        if (now->config.empty()) return {cause::config, "nothing is wanted of it any more"};
        if (now->config != port.config) return {cause::config, "another role is wanted of it"};
        if (now->role.empty()) return {cause::release, "taken out"};
        if (now->no_link_by) return said_by(probe_kind(*now->no_link_by));
        if (!now->idle.empty()) return {cause_of_idleness(*now), fmt::format("it {}", now->idle)};
        if (!now->up) return {cause::removal, std::string(words_of_cause(cause::removal))};
        return {cause::carrier, "link lost"};
    }

    std::string_view cause_of_idleness(const PortView& port) const {
        const BondView* bond = after_.bond(port.bond);
        if (!bond) return cause::mii;
        const auto doubted = [](const PathView& path) { return path.doubted; };
        if (std::any_of(port.paths.begin(), port.paths.end(), doubted)) return probe_kind(Probe::path).cause;
        auto member = std::find_if(bond->members.begin(), bond->members.end(), [&](const MemberView& m) {
            return m.interface == port.interface;
        });
        return member != bond->members.end() && member->mii == to_string(MiiStatus::up) ? cause::lacp : cause::mii;
    }

    void gained(const PortView& port) {
        const PortView* old = before_.port(port.name);
        // When a card with a trouble is pulled, `card_out` is enough.
        const bool gone = !port.function && port.problem.empty();
        if (!gone) trouble(about(port), old, port);
        if (port.config.empty() || port.index == 0) return;
        const bool same = old && old->index == port.index;
        if (!same) {
            Notice n = about(port);
            const std::string twin = twin_of(port);
            n.text = fmt::format("{}: {} found, {}{}{}", n.port, port.interface, to_string(port.mac),
                                 twin.empty() ? "" : ", which is the MAC address of ", twin);
            add(NoticeKind::port_found, twin.empty() ? NoticeLevel::info : NoticeLevel::warning, std::move(n));
        }
        const bool same_role = same && old->config == port.config;
        if (!serves(port) || (same_role && serves(*old))) return;
        const bool back = same_role && old->has_served;
        Notice n = about(port);
        n.text = fmt::format("{}: {} {} {}", n.port, port.interface, back ? "is back," : "serves",
                             port.bond.empty() ? "as " + port.config
                                               : fmt::format("in {} as {}", port.bond, port.role));
        add(back ? NoticeKind::port_back : NoticeKind::port_serves, NoticeLevel::notice, std::move(n));
    }

    // Told of every two alike addresses, also where they do no harm, as in one bond; where they do, there is a problem.
    std::string twin_of(const PortView& port) const {
        if (!port.problem.empty()) return "";
        const auto [first, last] = by_mac_.equal_range(port.mac);
        const auto other = std::find_if(first, last, [&](const auto& entry) {
            return entry.second->name.slot != port.name.slot;
        });
        if (other == last) return "";
        return fmt::format("{} ({}) too", to_string(other->second->name), other->second->interface);
    }

    static NoticeKind kind_of(ProblemKind problem) {
        switch (problem) {
        case ProblemKind::card_unknown: return NoticeKind::card_unknown;
        case ProblemKind::quarantined: return NoticeKind::quarantined;
        case ProblemKind::card_dead:
        case ProblemKind::driver_failed:
        case ProblemKind::other: break;
        }
        return NoticeKind::trouble;
    }

    // A problem is reported when it comes or changes, and when it is over.
    template <class V>
    void trouble(Notice n, const V* before, const V& now) {
        const std::string was = before ? before->problem : "";
        if (now.problem == was) return;
        const bool over = now.problem.empty();
        n.text = fmt::format("{}: {}{}", to_string(id_of(now)), over ? "no longer: " : "", over ? was : now.problem);
        add(over ? NoticeKind::trouble_over : kind_of(now.kind), over ? NoticeLevel::notice : NoticeLevel::warning,
            std::move(n));
    }

    void slot_trouble(const SlotView& slot) {
        Notice n;
        n.slot = slot.name;
        trouble(std::move(n), before_.slot(slot.name), slot);
    }

    // Degraded for a silent way, which hurts no port; and now a port is missing.
    static bool loses_more(const BondView& old, const BondView& bond) {
        return bond.health == Health::degraded && !old.silence.empty() && serving(old) >= old.wanted &&
               serving(bond) < bond.wanted;
    }

    void health(const BondView& bond) {
        const BondView* old = before_.bond(bond.name);
        Notice n;
        n.bond = bond.name;
        trouble(n, old, bond);
        // Before the bond exists its problem says why not; its health is reported once it exists.
        const bool was_there = old && exists(*old);
        const bool same = was_there && old->health == bond.health && !loses_more(*old, bond);
        if (was_there ? same : !exists(bond)) return;
        n.from = was_there ? to_string(old->health) : "";
        n.to = to_string(bond.health);
        n.text = fmt::format("{}: {}, {}{}", bond.name, n.to, how_many_serve(bond),
                             bond.waiting.empty() ? "" : ", and an option waits for reload --force");
        if (bond.health == Health::degraded && !bond.exposure.empty()) n.text += ", " + bond.exposure;
        if (!bond.silence.empty()) n.text += "; " + bond.silence;
        if (bond.health == Health::healthy) add(NoticeKind::healed, NoticeLevel::notice, std::move(n));
        else if (bond.health == Health::down) add(NoticeKind::down, NoticeLevel::error, std::move(n));
        else add(NoticeKind::degraded, NoticeLevel::warning, std::move(n));
    }

    void health(const VlanView& vlan) {
        const VlanView* old = before_.vlan(vlan.name);
        Notice n;
        n.interface = vlan.name;
        trouble(n, old, vlan);
        const Health was = old ? old->health : Health::absent;
        if (was == vlan.health) return;
        n.from = to_string(was);
        n.to = to_string(vlan.health);
        n.text = fmt::format("{}: {}, {} on {}", vlan.name, n.to, vlan.id, vlan.on);
        // What carries it has been told of by itself; and it may carry a hundred others.
        const bool follows = vlan.problem.empty() && (!old || old->problem.empty());
        const bool down = vlan.health == Health::down;
        if (follows && down && vlan.doing.empty() && vlan.index != 0) n.text += ", which has no link";
        if (const std::string silence = silence_of(vlan.paths); vlan.carrier && !silence.empty())
            n.text += "; " + silence;
        const bool well = vlan.health == Health::healthy;
        const bool is_said = vlan.problem != (old ? old->problem : "");       // why, a line before
        if (follows && (down || vlan.health == Health::absent))
            add(NoticeKind::down, NoticeLevel::info, std::move(n));
        else if (well)
            add(NoticeKind::healed,
                is_said || (follows && !is_impaired(was)) ? NoticeLevel::info : NoticeLevel::notice, std::move(n));
        else if (is_impaired(vlan.health))
            add(NoticeKind::degraded, is_said ? NoticeLevel::info : NoticeLevel::warning, std::move(n));
        else add(NoticeKind::down, NoticeLevel::error, std::move(n));
    }

    static Notice about(const ServiceView& service) {
        Notice n;
        n.service = service.name;
        n.group = service.group;
        n.interface = service.interface;
        return n;
    }

    static bool runs(const ServiceView& service) { return service.phase == Phase::up || service.phase == Phase::done; }

    void gone(const ServiceView& service) {
        if (!runs(service) && !is_active(service.phase)) return;
        Notice n = about(service);
        n.text = fmt::format("{} runs no more: {}", service.name,
                             service.device.empty() ? "nothing names it any more"
                                                    : fmt::format("{} is gone", service.device));
        add(NoticeKind::service_stopped, NoticeLevel::info, std::move(n));
    }

    void phase(const ServiceView& service) {
        const ServiceView* old = before_.service(service.name);
        const Phase was = old ? old->phase : Phase::absent;
        Notice n = about(service);
        if (runs(service) && !(old && runs(*old) && old->since == service.since)) {
            n.text = fmt::format("{} {}{}", service.name, service.phase == Phase::done ? "has run" : "is up",
                                 service.device.empty() ? "" : fmt::format(", for {}", service.device));
            add(NoticeKind::service_up, NoticeLevel::notice, std::move(n));
        } else if (service.failures > 0 && (!old || service.failures > old->failures)) {
            n.cause = cause::failed;
            n.text = fmt::format("{} failed: {}", service.name, service.text);
            add(NoticeKind::service_failed, NoticeLevel::warning, std::move(n));
        } else if (!is_active(service.phase) && is_active(was) && service.phase != Phase::failed) {
            n.text = fmt::format("{} is stopped{}{}", service.name, service.text.empty() ? "" : ": ", service.text);
            add(NoticeKind::service_stopped, NoticeLevel::info, std::move(n));
        }
        Notice stuck = about(service);
        trouble(std::move(stuck), old, service);
    }

    void health(const FailoverView& group) {
        const FailoverView* old = before_.failover(group.name);
        Notice n;
        n.group = group.name;
        trouble(n, old, group);
        const std::string was = old ? old->active : "";
        const bool down = group.health == Health::down && old && old->health != Health::down;
        if (was != group.active && !group.active.empty()) {
            Notice moved = n;
            moved.from = was;
            moved.to = group.active;
            moved.text = fmt::format("{} is served by {}{}{}", group.name, group.active, group.text.empty() ? "" : ": ",
                                     group.text);
            add(NoticeKind::member_changed, NoticeLevel::notice, std::move(moved));
        }
        if (old ? old->health == group.health : group.health != Health::degraded) return;
        n.from = old ? to_string(old->health) : "";
        n.to = to_string(group.health);
        n.text = fmt::format("{}: {}, {}", group.name, n.to, state_of(group));
        if (down) add(NoticeKind::down, NoticeLevel::error, std::move(n));
        else if (group.health == Health::healthy) add(NoticeKind::healed, NoticeLevel::notice, std::move(n));
        else if (is_impaired(group.health)) add(NoticeKind::degraded, NoticeLevel::warning, std::move(n));
    }

    // By how many LANs it is reached; each of them has been told of by itself.
    void health(const PeerView& peer) {
        const PeerView* old = before_.peer(peer.name);
        Notice n;
        n.peer = peer.name;
        trouble(n, old, peer);
        const Health was = old ? old->health : Health::absent;
        if (was == peer.health || peer.health == Health::absent) return;
        n.from = to_string(was);
        n.to = to_string(peer.health);
        const bool well = peer.health == Health::healthy, down = peer.health == Health::down;
        n.text = fmt::format("peer {}: {}{}{}", peer.name, n.to, well ? "" : ", ", well ? "" : how_many_serve(peer));
        const NoticeLevel good_news = was == Health::absent ? NoticeLevel::info : NoticeLevel::notice;
        if (well) add(NoticeKind::healed, good_news, std::move(n));
        else add(down ? NoticeKind::down : NoticeKind::degraded, NoticeLevel::warning, std::move(n));
    }

    const View& before_;
    const View& after_;
    std::multimap<Mac, const PortView*> by_mac_;
    std::vector<Notice> notices_;
};

} // namespace

void remember(const View& before, View& now) {
    for (SlotView& slot : now.slots)
        for (PortView& port : slot.ports) {
            const PortView* old = before.port(port.name);
            port.has_served = serves(port) || (old && old->index == port.index && old->has_served);
        }
}

View as_if_well(View view) {
    view.alarm.clear();
    view.alarms.clear();
    for (SlotView& slot : view.slots) {
        slot.problem.clear();
        for (PortView& port : slot.ports) {
            port.problem.clear();
            if (port.config.empty() || port.role.empty()) continue;
            port.carrier = true;
            port.health = Health::healthy;
        }
    }
    for (BondView& bond : view.bonds) {
        bond.problem.clear();
        if (exists(bond)) bond.health = Health::healthy;
    }
    for (PeerView& peer : view.peers) peer.problem.clear();
    for (VlanView& vlan : view.vlans) {
        vlan.problem.clear();
        if (vlan.index != 0) vlan.health = Health::healthy;
    }
    for (ServiceView& service : view.services) service.problem.clear();
    for (FailoverView& group : view.failovers) {
        group.problem.clear();
        if (!group.active.empty()) group.health = Health::healthy;
    }
    return view;
}

std::vector<Notice> notices_between(const View& before, const View& after) {
    return Difference(before, after).tell();
}

} // namespace had::core
