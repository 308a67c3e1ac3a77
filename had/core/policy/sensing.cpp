#include "had/core/policy/sensing.hpp"

#include "had/core/base/duration.hpp"
#include "had/core/policy/failover.hpp"
#include "had/core/policy/slot_watch.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <utility>

namespace had::core {
namespace {

// Buses on which the link is a message of the host's.
constexpr std::string_view paravirtual[] = {"virtio", "vmbus", "xen"};

bool is_paravirtual(const Link& port) {
    return std::find(std::begin(paravirtual), std::end(paravirtual), port.parent_bus) !=
           std::end(paravirtual);
}

bool is_leaving(const Situation& s, const PlacedPort& placed) {
    auto at = s.observed.functions.find(placed.function);
    return at == s.observed.functions.end() || at->second.let_go;
}

Said give_up(Sense& sense, const std::string& text) {
    const bool had_answered = sense.link || sense.proven;
    const std::string name(to_string(*sense.probe));
    Sense next;
    next.probe = probe_after(*sense.probe);
    next.given_up = fmt::format("{}{}{}: {}", sense.given_up, sense.given_up.empty() ? "" : "; ", name, text);
    next.every = sense.every;
    next.carrier = sense.carrier;
    sense = std::move(next);
    return {had_answered ? NoticeLevel::warning : NoticeLevel::info,
            fmt::format("its link is not read by {}: {}", name, text)};
}

// Why a port is not read at all; empty: it is.
std::string why_not(const Sense& sense, const Situation& s, const BondConfig& bond, const Link& port) {
    const bool automatic = bond.link_poll.kind == LinkPollKind::automatic;
    const PlacedPort* placed = s.chassis.port(port.index);
    if (bond.link_poll.kind == LinkPollKind::off) return "link_poll = off";
    if (const Link* master = s.observed.link(port.master);
        master && master->bond && !has_active_port(mode_in_force(*master)))
        return fmt::format("mode {} has no active port to move", to_string(mode_in_force(*master)));
    if (!placed) return "it is in no slot";
    if (automatic && is_paravirtual(port))
        return fmt::format("{}: its carrier is the host's own word", port.parent_bus);
    if (!port.up) return "it is down";
    if (is_leaving(s, *placed)) return "its driver has let it go";
    if (is_silent(s.observed, placed->function)) return "its card does not answer";
    if (!sense.probe) return sense.given_up;
    if (automatic && sense.carrier_first >= prompt_losses)
        return fmt::format("the carrier told the last {} losses first", sense.carrier_first);
    if (!port.carrier && sense.link != true) return "it has no carrier";
    return "";
}

} // namespace

void schedule(Sense& sense, const Situation& s, const BondConfig& bond, const Link& port) {
    sense.every = {};
    sense.closely = false;
    sense.why = why_not(sense, s, bond, port);
    if (!sense.why.empty()) return;
    const bool given = bond.link_poll.kind == LinkPollKind::every;
    sense.closely = port.slave && port.slave->active && port.carrier && sense.proven;
    const Duration active = given ? bond.link_poll.every : sense_interval;
    sense.every = sense.closely ? active : active * standby_share;
    sense.why = !sense.proven   ? "it has not said \"link\" yet"
                : !port.carrier ? "it has not noticed yet that the carrier is gone"
                : sense.closely ? fmt::format("the active port of {}", bond.name)
                                : fmt::format("a standby of {}", bond.name);
    if (given) sense.why += fmt::format(", link_poll = {}", print_duration(active));
}

std::optional<TimePoint> due_at(const Sense& sense, TimePoint now) {
    if (sense.every == Duration{} || !sense.probe) return std::nullopt;
    return sense.read ? *sense.read + sense.every : now;
}

void hear_port(Sense& sense, const Link& port) {
    const auto carrier = port.up ? std::optional(port.carrier) : std::nullopt;
    if (sense.carrier == carrier) return;
    sense.carrier = carrier;
    if (carrier == false) {
        if (sense.closely && sense.link == true) sense.carrier_first += 1;
        return;
    }
    sense.link.reset();
    sense.read.reset();
    sense.contradicts.reset();
}

std::optional<Said> hear_reading(Sense& sense, const Reading& reading, TimePoint now) {
    const bool carrier = sense.carrier == true;
    sense.read = now;
    // ENODEV: the device is being removed, which is reported by itself.
    if (reading.error == ENODEV) return std::nullopt;
    if (reading.error != 0) return give_up(sense, reading.text);
    sense.link = reading.link;
    if (reading.link == carrier) {
        sense.contradicts.reset();
        if (!carrier || std::exchange(sense.proven, true)) return std::nullopt;
        return Said{NoticeLevel::info, fmt::format("its link can be read by {}", to_string(*sense.probe))};
    }
    if (!sense.contradicts) sense.contradicts = now;
    if (!reading.link && sense.proven) {
        sense.carrier_first = 0;
        return std::nullopt;
    }
    if (now - *sense.contradicts < contradiction_limit) return std::nullopt;
    return give_up(sense, fmt::format("says \"{}\" and the carrier says otherwise, for {}",
                                      reading.link ? "link" : "no link",
                                      print_duration(contradiction_limit)));
}

std::optional<Doubt> doubt_of(const Sense& sense, const Link& port) {
    if (!sense.probe || sense.every == Duration{} || sense.link != false) return std::nullopt;
    if (!port.up || !port.carrier) return std::nullopt;
    return Doubt{*sense.probe, sense.proven};
}

} // namespace had::core
