// The reconciler's own look at the cards, where the carrier comes late (core/policy/sensing.hpp).
#include "had/run/reconciler.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

// What was heard changes who is read, and how often; between two reconciles nothing does.
void Reconciler::arrange_senses() {
    std::map<Ifindex, Sense> before = std::exchange(senses_, {});
    const Situation now = situation();
    for (const auto& [index, port] : observed_.links) {
        const Link* master = port.slave ? observed_.link(port.master) : nullptr;
        const BondConfig* bond = master ? config_.bond(master->name) : nullptr;
        if (!bond) continue;
        Sense& sense = senses_[index] = std::move(before[index]);
        hear_port(sense, port);
        attend(sense, now, *bond, port);
        doubt(port, sense);
    }
    looks_ = slots_to_look_at(observed_, chassis());
    arm_senses();
}

void Reconciler::arm_senses() {
    std::optional<TimePoint> next;
    if (has_silent_slots(observed_)) earlier(next, std::max(looked_ + slot_interval, around_.now()));
    for (const auto& [index, sense] : senses_)
        if (const auto due = due_at(sense, around_.now())) earlier(next, *due);
    around_.sense_at(next);
}

// The carrier's word is heard first where both have one to say.
void Reconciler::sense() {
    drain();
    fail_over();
    look_at_slots();
    for (auto& [index, sense] : senses_)
        while (observed_.link(index) && observed_.link(index)->up) {
            const auto due = due_at(sense, around_.now());
            if (!due || *due > around_.now()) break;
            look(index, sense);
        }
    arm_senses();
}

void Reconciler::look_at_slots() {
    if (!has_silent_slots(observed_) || around_.now() < looked_ + slot_interval) return;
    looked_ = around_.now();
    // Before it is known which LEDs are lit, no bus is looked through: a card that is safe to pull stays out.
    const bool know_leds = !looks_.empty() && looks_.front().unattended;
    for (const SlotLook& look : looks_)
        if (const auto state = kernel_.look(look)) hear(SlotStateSeen{look.slot, *state});
    hear(HotplugThreadSeen{kernel_.hotplug_thread_runs()});
    fail_over();
    if (know_leds && observed_.hotplug_thread_ended) seek_cards();
}

// Once a second, and one look a bus at a time.
void Reconciler::seek_cards() {
    if (around_.now() < sought_ + seek_interval) return;
    sought_ = around_.now();
    for (const std::string& bus : buses_to_rescan(situation())) {
        if (!seeking_.insert(bus).second) continue;
        kernel_.start(RescanBus{bus}, [this, bus](const ActionResult& result) {
            seeking_.erase(bus);
            const std::string& told = seek_trouble_[bus];
            if (result.text != told && !result.ok())
                around_.log(NoticeLevel::warning,
                            fmt::format("cannot look for cards on bus {}: {}", bus, result.text));
            seek_trouble_[bus] = result.ok() ? "" : result.text;
        });
    }
}

// The ports of a card that does not answer are lost here and now, whatever their carriers say.  A handle is
// handles once, when it is seen to be open: that it stays so asks for nothing new, of another had neither.
void Reconciler::hear_slot(const std::string& slot, bool was_open) {
    const bool open = is_handle_open(observed_, slot);
    if (open && !was_open && owned_.handles.insert(slot).second) {
        save_if(true);
        heed_handle(slot);
    } else if (!open) {
        save_if(owned_.handles.erase(slot) > 0);
    }
    for (const auto& [index, sense] : senses_)
        if (const Link* port = observed_.link(index)) doubt(*port, sense);
}

void Reconciler::look(Ifindex index, Sense& sense) {
    const Link& port = *observed_.link(index);
    const Reading reading = kernel_.sense(index, *sense.probe);
    const auto said = hear_reading(sense, reading, around_.now());
    doubt(port, sense);
    fail_over();
    if (!said) return;
    const PlacedPort* placed = chassis().port(index);
    around_.log(said->level, fmt::format("{}{}: {}", placed ? to_string(placed->name) + ": " : "", port.name,
                                         said->text));
    post_reconcile();                         // another probe, or one that has proved itself
}

void Reconciler::doubt(const Link& port, const Sense& sense) {
    const PlacedPort* placed = chassis().port(port.index);
    const bool silent = placed && is_silent(observed_, placed->function);
    const auto doubt = silent ? Doubt{Probe::presence, true} : doubt_of(sense, port);
    if (!hear_doubt(standings_, port, doubt, around_.now())) return;
    shaken_.insert(port.master);
    post_reconcile();
}

std::optional<LinkReport> Reconciler::link(std::string_view object) const {
    const Link* found = observed_.link(chassis().resolve(std::string(object), observed_));
    if (!found) return std::nullopt;
    LinkReport report;
    report.interface = found->name;
    report.index = found->index;
    report.up = found->up;
    report.carrier = found->up && found->carrier;
    report.carrier_changes = found->carrier_changes;
    if (const PlacedPort* placed = chassis().port(found->index)) report.port = to_string(placed->name);
    if (const Link* master = observed_.link(found->master); master && found->slave) {
        report.bond = master->name;
        report.role = found->slave->active ? "active" : "backup";
    }
    auto sense = senses_.find(found->index);
    report.why = sense == senses_.end() ? "it is in no bond of had.conf" : sense->second.why;
    if (sense == senses_.end() || sense->second.every == Duration{}) return report;
    report.probe = to_string(*sense->second.probe);
    report.every = sense->second.every;
    return report;
}

} // namespace had
