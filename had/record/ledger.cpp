#include "had/record/ledger.hpp"

#include "had/control/json.hpp"
#include "had/core/base/utc.hpp"
#include "had/core/policy/failover.hpp"

#include <algorithm>

namespace had::record {

using namespace core;
using control::Json;
using control::take;

namespace {

// What a reload cuts, it cuts at once.
constexpr std::int64_t of_a_reload = 10'000'000;

bool is_order(std::string_view why) {
    return why == cause::release || why == cause::extraction || why == cause::config || why == cause::by_operator;
}

bool carries(const BondView& bond) { return bond.health != Health::down && serving(bond) > 0; }

bool serves(const PortView& port) {
    return !port.role.empty() && (port.health == Health::healthy || is_impaired(port.health));
}

// An order because of which the object may be down.
bool is_ordered_off(const View& view, const PortView& port) {
    const SlotView* slot = view.slot(port.name.slot);
    return port.health == Health::offline || (slot && slot->extraction != Extraction::none);
}

bool is_ordered_off(const View& view, const BondView& bond) {
    bool any = false;
    for (const SlotView& slot : view.slots)
        for (const PortView& port : slot.ports) {
            if (port.bond != bond.name) continue;
            if (!is_ordered_off(view, port) && port.health != Health::absent) return false;
            any = any || is_ordered_off(view, port);
        }
    return any;
}

} // namespace

std::optional<Told> told_by(std::string_view json) {
    return control::read(json, [](const Json& event) {
        Told told;
        std::string time;
        take(event, "event", told.event);
        take(event, "time", time);
        take(event, "boot", told.at.boot);
        take(event, "uptime_us", told.at.uptime);
        for (auto [key, into] : {std::pair{"bond", &told.bond}, {"slot", &told.slot}, {"port", &told.port},
                                 {"interface", &told.interface}, {"alarm", &told.alarm}, {"cause", &told.cause},
                                 {"by", &told.by}, {"to", &told.to}, {"severity", &told.severity}})
            take(event, key, *into);
        std::int64_t announced = -1;
        take(event, "announced_us", announced);
        if (announced >= 0) told.announced_us = announced;
        told.at.time = utc_micros_from(time).value();
        return told;
    });
}

std::map<std::string, std::string> interfaces_of(const View& view) {
    std::map<std::string, std::string> interfaces;
    for (const BondView& bond : view.bonds) interfaces[bond.name] = bond.name;
    for (const VlanView& vlan : view.vlans) interfaces[vlan.name] = vlan.name;
    for (const SlotView& slot : view.slots)
        for (const PortView& port : slot.ports)
            if (!port.config.empty() && port.bond.empty() && !port.interface.empty())
                interfaces[to_string(port.name)] = port.interface;
    return interfaces;
}

void Ledger::go_down(std::string_view kind, const std::string& object, bool by_order, const Moment& at) {
    const Span* open = spans_.open(object);
    // Down is down until it is up: an order that comes later does not make it planned.
    if (open && (open->state == State::down || open->state == State::planned)) return;
    const bool reload = reloaded_ && reloaded_->boot == at.boot && at.uptime - reloaded_->uptime < of_a_reload;
    spans_.set(kind, object, by_order || reload ? State::planned : State::down, false, at);
}

void Ledger::hear(const Told& told) {
    const std::string& object = told.bond.empty() ? told.interface : told.bond;
    const std::string_view kind = told.bond.empty() ? "vlan" : "bond";
    const auto rise = [&](std::string_view of_kind, const std::string& what) {
        const Span* open = spans_.open(what);
        if (!open || open->state != State::up) spans_.set(of_kind, what, State::up, false, told.at);
    };
    if (told.event == "extraction_begun" || (told.event == "order_given" && !told.slot.empty()))
        ordered_out_.insert(told.slot);
    if (told.event == "order_ended") ordered_out_.erase(told.slot);
    if (told.event == "reloaded") reloaded_ = told.at;
    else if (told.event == "port_lost" && !told.bond.empty()) lost_by_order_[told.bond] = is_order(told.cause);
    else if (told.event == "port_lost") go_down("port", told.port, is_order(told.cause), told.at);
    else if ((told.event == "port_serves" || told.event == "port_back") && told.bond.empty()) rise("port", told.port);
    else if (object.empty()) return;
    else if (told.event == "down") {
        const Span* carrier = spans_.open(carried_by_[object]);
        const bool follows = carrier && carrier->state == State::planned;
        go_down(kind, object, lost_by_order_[object] || follows, told.at);
    } else if (told.event == "healed" || told.event == "degraded") rise(kind, object);
}

void Ledger::see(const View& view, const Moment& now) {
    std::set<std::string> there;
    const auto is = [&](std::string_view kind, const std::string& object, bool up, bool unprotected, bool by_order) {
        there.insert(object);
        if (up) spans_.set(kind, object, State::up, unprotected, now);
        else go_down(kind, object, by_order, now);
    };
    for (const BondView& bond : view.bonds)
        is("bond", bond.name, carries(bond), !bond.exposure.empty(), is_ordered_off(view, bond));
    for (const VlanView& vlan : view.vlans) {
        carried_by_[vlan.name] = vlan.on;
        const Span* carrier = spans_.open(vlan.on);
        is("vlan", vlan.name, vlan.carrier && vlan.health != Health::down, false,
           carrier && carrier->state == State::planned);
    }
    // An empty slot is a normal state: a port is recorded from the time at which it first served.
    ordered_out_.clear();
    for (const SlotView& slot : view.slots) {
        if (slot.extraction != Extraction::none) ordered_out_.insert(slot.name);
        for (const PortView& port : slot.ports) {
            if (port.config.empty() || !port.bond.empty()) continue;
            const std::string name = to_string(port.name);
            if (serves(port) || port.health == Health::down || spans_.open(name))
                is("port", name, serves(port), false, is_ordered_off(view, port));
        }
    }
    std::vector<std::string> gone;
    for (const auto& [object, span] : spans_.all_open())
        if (!there.contains(object)) gone.push_back(object);
    for (const std::string& object : gone) spans_.end(object, now);
}

void Ledger::miss(const Moment& last, const Moment& now, const std::set<std::string>& bridged) {
    const std::map<std::string, Span> open = spans_.all_open();
    for (const auto& [object, span] : open)
        if (last.boot != now.boot || !bridged.contains(object))
            spans_.set(span.kind, object, State::unknown, false, last);
}

} // namespace had::record
