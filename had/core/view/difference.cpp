// What happened between two views, in the order in which an operator would tell it.
#include "had/core/view/difference.hpp"

#include "had/core/view/alarm.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace had::core {
namespace {

bool exists(const BondView& bond) { return !bond.mac.is_zero(); }

class Difference {
public:
    explicit Difference(News& news) : news_(news), before_(news.before), after_(news.after) {}

    void tell() {
        if (before_.alarm != after_.alarm) alarm();
        tell_ports(news_);
        of_changed(before_.bonds, after_.bonds);
        of_changed(before_.vlans, after_.vlans);
        tell_services(news_);
        of_changed(before_.peers, after_.peers);
        alarms();
    }

private:
    // Of what is the very same there is no news.
    template <class V>
    void of_changed(const SharedList<V>& before, const SharedList<V>& after) {
        for (std::size_t i = 0; i < after.size(); ++i)
            if (!after.shares(i, before)) health(after[i]);
    }

    void alarm() {
        Notice n;
        n.text = after_.alarm.empty() ? "over: " + before_.alarm : after_.alarm;
        const bool over = after_.alarm.empty();
        news_.add(over ? NoticeKind::trouble_over : NoticeKind::alarm,
            over ? NoticeLevel::notice : NoticeLevel::error, std::move(n));
    }

    // Last: what happened comes first, then what is to be done about it.
    void alarms() {
        for (const Alarm& alarm : before_.alarms)
            if (!after_.alarm_of(alarm.id))
                news_.add(NoticeKind::alarm_cleared, NoticeLevel::notice, about(alarm, "is over: "));
        for (const Alarm& alarm : after_.alarms) {
            const Alarm* old = before_.alarm_of(alarm.id);
            if (old && says_the_same(*old, alarm)) continue;
            const bool taken_note = old && old->acked.empty() && !alarm.acked.empty();
            Notice n = about(alarm, "");
            n.repair = alarm.repair;
            if (taken_note) n.user = alarm.acked_by;
            n.text += taken_note ? fmt::format("; {} has taken note of it", n.user) : "; repair: " + alarm.repair;
            news_.add(old ? NoticeKind::alarm_changed : NoticeKind::alarm_raised,
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

    // Degraded for a silent way, which hurts no port; and now a port is missing.
    static bool loses_more(const BondView& old, const BondView& bond) {
        return bond.health == Health::degraded && !old.silence.empty() && serving(old) >= old.wanted &&
               serving(bond) < bond.wanted;
    }

    void health(const BondView& bond) {
        const BondView* old = before_.bond(bond.name);
        Notice n;
        n.bond = bond.name;
        news_.trouble(n, old, bond);
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
        if (bond.health == Health::healthy) news_.add(NoticeKind::healed, NoticeLevel::notice, std::move(n));
        else if (bond.health == Health::down) news_.add(NoticeKind::down, NoticeLevel::error, std::move(n));
        else news_.add(NoticeKind::degraded, NoticeLevel::warning, std::move(n));
    }

    void health(const VlanView& vlan) {
        const VlanView* old = before_.vlan(vlan.name);
        Notice n;
        n.interface = vlan.name;
        news_.trouble(n, old, vlan);
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
            news_.add(NoticeKind::down, NoticeLevel::info, std::move(n));
        else if (well)
            news_.add(NoticeKind::healed,
                is_said || (follows && !is_impaired(was)) ? NoticeLevel::info : NoticeLevel::notice, std::move(n));
        else if (is_impaired(vlan.health))
            news_.add(NoticeKind::degraded, is_said ? NoticeLevel::info : NoticeLevel::warning, std::move(n));
        else news_.add(NoticeKind::down, NoticeLevel::error, std::move(n));
    }

    // By how many LANs it is reached; each of them has been told of by itself.
    void health(const PeerView& peer) {
        const PeerView* old = before_.peer(peer.name);
        Notice n;
        n.peer = peer.name;
        news_.trouble(n, old, peer);
        const Health was = old ? old->health : Health::absent;
        if (was == peer.health || peer.health == Health::absent) return;
        n.from = to_string(was);
        n.to = to_string(peer.health);
        const bool well = peer.health == Health::healthy, down = peer.health == Health::down;
        n.text = fmt::format("peer {}: {}{}{}", peer.name, n.to, well ? "" : ", ", well ? "" : state_of(peer));
        const NoticeLevel good_news = was == Health::absent ? NoticeLevel::info : NoticeLevel::notice;
        if (well) news_.add(NoticeKind::healed, good_news, std::move(n));
        else news_.add(down ? NoticeKind::down : NoticeKind::degraded, NoticeLevel::warning, std::move(n));
    }

    News& news_;
    const View& before_;
    const View& after_;
};

NoticeKind kind_of(ProblemKind problem) {
    switch (problem) {
    case ProblemKind::card_unknown: return NoticeKind::card_unknown;
    case ProblemKind::quarantined: return NoticeKind::quarantined;
    case ProblemKind::card_dead:
    case ProblemKind::driver_failed:
    case ProblemKind::other: break;
    }
    return NoticeKind::trouble;
}

} // namespace

void News::add(NoticeKind kind, NoticeLevel level, Notice notice) {
    notice.kind = kind;
    notice.level = level;
    notices.push_back(std::move(notice));
}

void News::trouble(Notice notice, const ObjectId& of, std::string_view was, const Status& now) {
    if (now.problem == was) return;
    const bool over = now.problem.empty();
    notice.text = fmt::format("{}: {}{}", to_string(of), over ? "no longer: " : "", over ? was : now.problem);
    add(over ? NoticeKind::trouble_over : kind_of(now.kind), over ? NoticeLevel::notice : NoticeLevel::warning,
        std::move(notice));
}

const SlotView* same_slot(const View& view, std::size_t place, const View& other) {
    const SlotName& name = view.slots[place].name;
    const bool there = place < other.slots.size() && other.slots[place].name == name;
    return there ? &other.slots[place] : other.slot(name);
}

void remember(const View& before, View& now) {
    for (std::size_t i = 0; i < now.slots.size(); ++i) {
        if (now.slots.shares(i, before.slots)) continue;
        const SlotView* then = same_slot(now, i, before);
        SlotView& slot = now.slots[i];
        for (PortView& port : slot.ports) {
            port.has_served = serves(port);
            if (port.has_served || !then) continue;
            const auto is_it = [&](const PortView& old) { return old.name == port.name && old.index == port.index; };
            const auto old = std::find_if(then->ports.begin(), then->ports.end(), is_it);
            port.has_served = old != then->ports.end() && old->has_served;
        }
    }
}

View as_if_well(View view) {
    view.alarm.clear();
    view.alarms.clear();
    view.slots.change_each([](SlotView& slot) {
        slot.problem.clear();
        for (PortView& port : slot.ports) {
            port.problem.clear();
            if (port.config.empty() || port.role.empty()) continue;
            port.carrier = true;
            port.health = Health::healthy;
        }
    });
    view.bonds.change_each([](BondView& bond) {
        bond.problem.clear();
        if (exists(bond)) bond.health = Health::healthy;
    });
    view.peers.change_each([](PeerView& peer) { peer.problem.clear(); });
    view.vlans.change_each([](VlanView& vlan) {
        vlan.problem.clear();
        if (vlan.index != 0) vlan.health = Health::healthy;
    });
    view.services.change_each([](ServiceView& service) { service.problem.clear(); });
    view.failovers.change_each([](FailoverView& group) {
        group.problem.clear();
        if (!group.active.empty()) group.health = Health::healthy;
    });
    return view;
}

std::vector<Notice> notices_between(const View& before, const View& after) {
    News news{before, after};
    Difference(news).tell();
    return std::move(news.notices);
}

} // namespace had::core
