#include "had/run/sensing.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

// When a port is to be read next.  One that is down or gone is not, whatever the last turn that went well has planned.
std::optional<TimePoint> next_reading(const Observed& observed, Ifindex index, const Sense& sense, TimePoint now) {
    const Link* port = observed.link(index);
    return port && port->up ? due_at(sense, now) : std::nullopt;
}

} // namespace

// What is read, and how often, changes only by what was heard.
void Sensing::after_turn() {
    const Touched::Mark now = m_.touched.now();
    if (m_.touched.is_everything(followed_)) follow_all();
    else {
        for (const Touched::Entry& entry : m_.touched.copy_since(followed_)) follow(entry.link);
        for (const Ifindex index : said_) follow_port(index);
    }
    said_.clear();
    followed_ = now;
    arm_senses();
}

void Sensing::follow_all() {
    std::map<Ifindex, Sense> before = std::exchange(senses_, {});
    for (const auto& [index, port] : m_.observed.links)
        if (const BondConfig* bond = bond_of(port)) follow(senses_[index] = std::move(before[index]), port, *bond);
    silent_slots_ = has_silent_slots(m_.observed);
    looks_ = slots_to_look_at(m_.observed, m_.chassis());
}

// How the ports of a bond are read depends on the bond.
void Sensing::follow(Ifindex index) {
    follow_port(index);
    for (const Ifindex slave : m_.observed.slaves_of(index)) follow_port(slave);
}

void Sensing::follow_port(Ifindex index) {
    const Link* link = m_.observed.link(index);
    if (const BondConfig* bond = link ? bond_of(*link) : nullptr) follow(senses_[index], *link, *bond);
}

void Sensing::follow(Sense& sense, const Link& port, const BondConfig& bond) {
    hear_port(sense, port);
    schedule(sense, m_.situation(), bond, port);
    doubt(port, sense);
}

// Null: it is a port of none of the file's.
const BondConfig* Sensing::bond_of(const Link& port) const {
    const Link* master = port.slave ? m_.observed.link(port.master) : nullptr;
    return master ? m_.config.bond(master->name) : nullptr;
}

void Sensing::arm_senses() {
    std::optional<TimePoint> next;
    if (silent_slots_) earlier(next, std::max(looked_ + slot_interval, run_.now()));
    for (const auto& [index, sense] : senses_)
        if (const auto due = next_reading(m_.observed, index, sense, run_.now())) earlier(next, *due);
    run_.around.sense_at(next);
}

// Where both have changed, the carrier is heard first.
void Sensing::sense() try {
    executor_.drain();
    failover_.act();
    look_at_slots();
    for (auto& [index, sense] : senses_)
        for (;;) {
            const auto due = next_reading(m_.observed, index, sense, run_.now());
            if (!due || *due > run_.now()) break;
            look(index, sense);
        }
    arm_senses();
} catch (...) {
    run_.around.sense_at(run_.now() + again_after);           // without a timer no card would be read any more
    throw;
}

void Sensing::look_at_slots() {
    silent_slots_ = has_silent_slots(m_.observed);            // they may have gone, and turns fail since
    if (!silent_slots_ || run_.now() < looked_ + slot_interval) return;
    looked_ = run_.now();
    // No bus is searched before it is known which LEDs are lit: a card that is safe to pull stays out.
    const bool know_leds = !looks_.empty() && looks_.front().unattended;
    for (const SlotLook& look : looks_)
        if (const auto state = run_.kernel.look(look)) run_.hear(SlotStateSeen{look.slot, *state});
    run_.hear(HotplugThreadSeen{run_.kernel.hotplug_thread_runs()});
    failover_.act();
    if (know_leds && m_.observed.hotplug_thread_ended) seek_cards();
}

// Once a second, and one search of a bus at a time.
void Sensing::seek_cards() {
    if (run_.now() < sought_ + seek_interval) return;
    sought_ = run_.now();
    for (const std::string& bus : buses_to_rescan(m_.situation())) {
        if (!seeking_.insert(bus).second) continue;
        const auto ended = [this, bus](const ActionResult& result) {
            seeking_.erase(bus);
            const std::string& told = seek_trouble_[bus];
            if (result.text != told && !result.ok())
                run_.log(NoticeLevel::warning,
                            fmt::format("cannot look for cards on bus {}: {}", bus, result.text));
            seek_trouble_[bus] = result.ok() ? "" : result.text;
        };
        const ActionResult started =
            Run::tried([&] { return run_.kernel.start(RescanBus{bus}, ended), ActionResult{}; });
        if (!started.ok()) ended(started);        // the next look is a second away
    }
}

// The ports of a card that does not answer are lost at once, whatever their carriers say.  An opened handle is
// an order once, when it is first seen open; while it stays open it orders nothing new, not of the next daemon either.
void Sensing::hear_slot(const std::string& slot, bool was_open) {
    const bool open = is_handle_open(m_.observed, slot);
    if (open && !was_open && m_.owned.handles.insert(slot).second) {
        run_.save_if(true);
        extraction_.handle_opened(slot);
    } else if (!open) {
        run_.save_if(m_.owned.handles.erase(slot) > 0);
    }
    for (const auto& [index, sense] : senses_)
        if (const Link* port = m_.observed.link(index)) doubt(*port, sense);
}

void Sensing::look(Ifindex index, Sense& sense) {
    const Link& port = *m_.observed.link(index);
    const Reading reading = run_.kernel.sense(index, *sense.probe);
    const Sense before = sense;
    const auto said = hear_reading(sense, reading, run_.now());
    if (sense.link != before.link || sense.probe != before.probe || sense.proven != before.proven ||
        sense.carrier_first != before.carrier_first)
        said_.insert(index);
    doubt(port, sense);
    failover_.act();
    if (!said) return;
    const PlacedPort* placed = m_.chassis().port(index);
    run_.log(said->level, fmt::format("{}{}: {}", placed ? to_string(placed->name) + ": " : "", port.name,
                                         said->text));
    run_.post_turn();                         // another probe is used, or one is believed now
}

void Sensing::doubt(const Link& port, const Sense& sense) {
    const PlacedPort* placed = m_.chassis().port(port.index);
    const bool silent = placed && is_silent(m_.observed, placed->function);
    const auto doubt = silent ? Doubt{Probe::presence, true} : doubt_of(sense, port);
    if (!hear_doubt(m_.standings, port, &Standing::by_card, doubt, run_.now())) return;
    m_.note_change();
    failover_.look_at(port.master);
    run_.post_turn();
}

void Sensing::hear_link(const Link& link) {
    if (auto sense = senses_.find(link.index); sense != senses_.end()) hear_port(sense->second, link);
}

void Sensing::forget_gone_links() {
    std::erase_if(senses_, [this](const auto& entry) { return !m_.observed.link(entry.first); });
}

std::optional<LinkReport> Sensing::link(std::string_view object) const {
    const Link* found = m_.observed.link(m_.chassis().resolve(std::string(object), m_.observed));
    if (!found) return std::nullopt;
    LinkReport report;
    report.interface = found->name;
    report.index = found->index;
    report.up = found->up;
    report.carrier = found->up && found->carrier;
    report.carrier_changes = found->carrier_changes;
    if (const PlacedPort* placed = m_.chassis().port(found->index)) report.port = to_string(placed->name);
    if (const Link* master = m_.observed.link(found->master); master && found->slave) {
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
