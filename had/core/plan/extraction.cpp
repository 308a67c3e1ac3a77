// The actions that let cards go (extraction.hpp says in which order, and why).
#include "had/core/policy/extraction.hpp"
#include "had/core/policy/failover.hpp"
#include "had/core/plan/plan.hpp"
#include "had/core/policy/slot_watch.hpp"

#include <fmt/format.h>

namespace had::core {
namespace {

class LettingGo {
public:
    LettingGo(const Situation& situation, Plan& plan, const PlacedSlot& slot, const Leaving& leaving)
        : s_(situation), plan_(plan), slot_(slot), leaving_(leaving), object_(slot_id(slot.name)),
          why_(fmt::format("slot {}: {}", slot.name, leaving.reason)) {}

    void plan() {
        switch (extraction_of(s_, slot_.name, plan_.next)) {
        case Extraction::none:
        case Extraction::waiting:
        case Extraction::detached:
        case Extraction::out: return;
        case Extraction::quiescing:
            for (const PortName& name : slot_.ports) quiesce(s_.chassis.ports.at(name));
            return;
        case Extraction::unbinding:
            if (!s_.observed.hotplug_thread_ended && !ends_detached(s_, slot_.name, leaving_)) return switch_off();
            return add(UnbindDrivers{slot_.name, bound_functions(s_, slot_)}, object_);
        case Extraction::powering:
            if (!serves_itself()) switch_off();
        }
    }

private:
    void add(Operation operation, const ObjectId& object) {
        plan_.actions.push_back({.operation = std::move(operation), .reason = why_, .object = object});
    }

    void switch_off() {
        add(PowerSlot{.slot = slot_.name,
                      .kernel = switch_of(s_, slot_.name),
                      .on = false,
                      .bound = bound_functions(s_, slot_)},
            object_);
    }

    // Where the kernel's thread has ended, the daemon removes the card, and `power` only switches the slot.
    bool serves_itself() {
        if (!s_.observed.hotplug_thread_ended || slot_.functions.empty()) return false;
        auto remove = removal_of(s_, slot_);
        if (!remove) return false;
        remove->led = true;
        add(*std::move(remove), object_);
        return true;
    }

    void quiesce(const PlacedPort& port) {
        const Link* link = s_.observed.link(port.index);
        if (!link || !port.role) return;
        const ObjectId name = port_id(port.name);
        const LinkRef ref{link->index, link->name};
        if (link->master != 0) return release(port, *link, ref);
        for (const auto& [key, seen] : s_.observed.routes)
            if (seen.link == link->index) add(RemoveRoute{ref, {key, seen.way}}, name);
        for (const auto& [index, prefix] : s_.owned.port_addresses)
            if (const Address* have = index == link->index ? s_.observed.address(index, prefix) : nullptr)
                add(RemoveAddress{ref, prefix, have->peer}, name);
        if (link->up) add(SetLink{.link = ref, .up = false, .port = true}, name);
    }

    void release(const PlacedPort& port, const Link& link, const LinkRef& ref) {
        const Link* master = s_.observed.link(link.master);
        const std::string bond = master ? master->name : "";
        if (master && awaits_move(s_, *master)) {
            plan_.notes[port_id(port.name)].doing = fmt::format("waiting for {} to move to another card", bond);
            return;
        }
        auto standing = s_.standings.find(link.index);
        if (standing != s_.standings.end() && standing->second.retired) {
            const TimePoint drained = *standing->second.retired + drain_time;
            if (s_.now < drained) {
                earlier(plan_.next, drained);
                plan_.notes[port_id(port.name)].doing = "what is on its way arrives";
                return;
            }
        }
        add(Release{ref, {link.master, bond}}, port_id(port.name));
    }

    const Situation& s_;
    Plan& plan_;
    const PlacedSlot& slot_;
    const Leaving& leaving_;
    ObjectId object_;
    std::string why_;
};

} // namespace

void plan_extractions(const Situation& s, Plan& plan) {
    if (s.orders.offline.empty() && s.orders.domains.empty()) return;
    for (const auto& [name, slot] : s.chassis.slots) {
        const auto leaving = leaving_of(s, name);
        // Nothing is asked of a card that does not answer: a driver may wait for its answer for ever.
        const bool silent = !slot.functions.empty() && is_silent(s.observed, slot.functions.front());
        if (leaving && !silent) LettingGo(s, plan, slot, *leaving).plan();
    }
}

} // namespace had::core
