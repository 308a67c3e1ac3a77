#include "had/core/policy/extraction.hpp"

#include "had/core/policy/failover.hpp"
#include "had/core/policy/situation.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <tuple>

namespace had::core {
namespace {

constexpr std::string_view words[] = {"",          "waiting",  "quiescing", "unbinding",
                                      "powering", "detached", "out"};
constexpr std::uint32_t bridge_class = 0x0604;

bool carries(const Link& link) { return link.up && link.carrier; }

bool serves(const Situation& s, const Link& slave) {
    auto standing = s.standings.find(slave.index);
    const bool doubted = standing != s.standings.end() && standing->second.doubt() &&
                         standing->second.doubt()->believed;
    return carries(slave) && slave.slave->mii == MiiStatus::up && !doubted;
}

// A slot whose card goes before this one, or with it, is no home for what depends on this card.
bool goes_before(const Situation& s, const SlotName& other, const SlotName& slot) {
    const auto theirs = leaving_of(s, other), mine = leaving_of(s, slot);
    if (!theirs || theirs->out) return theirs.has_value();
    if (mine && mine->domain && theirs->domain == mine->domain) return true;
    return !mine || std::tie(theirs->since, other) < std::tie(mine->since, slot);
}

class Dependents {
public:
    Dependents(const Situation& situation, const SlotName& slot, std::optional<TimePoint>& next)
        : s_(situation), slot_(slot), next_(next) {}

    std::vector<std::string> find() {
        for (const BondConfig& bond : s_.config.bonds) look_at(bond);
        for (const auto& [name, port] : s_.chassis.ports)
            if (name.slot == slot_) look_at(port);
        for (const VlanConfig& vlan : s_.config.vlans) look_at(vlan);
        return std::move(found_);
    }

private:
    bool is_here(Ifindex index) const {
        const PlacedPort* port = s_.chassis.port(index);
        return port && port->name.slot == slot_;
    }

    // Every serving port of the bond is one of three: on this card; a home for what the card carries; not a home yet.
    void look_at(const BondConfig& bond) {
        const Link* link = s_.observed.link(bond.name);
        if (!link) return;
        const Trust trust = trust_of(bond);
        const Link *mine = nullptr, *unearned = nullptr;
        for (const Ifindex index : s_.observed.slaves_of(link->index)) {
            const Link& slave = *s_.observed.link(index);
            if (!slave.slave || !serves(s_, slave)) continue;
            if (is_here(index)) mine = &slave;
            else if (is_going(index) || is_foreign(s_, bond, index)) continue;
            else if (has_earned_place(slave, trust)) return;
            else unearned = &slave;
        }
        if (!mine) return;
        found_.push_back(
            fmt::format("{}, {} is its last working port", bond.name, lasting_name(s_, mine->index)));
        if (unearned)
            found_.back() +=
                fmt::format(" and {} has not earned its place yet", lasting_name(s_, unearned->index));
    }

    bool is_going(Ifindex index) const {
        const PlacedPort* port = s_.chassis.port(index);
        return port && goes_before(s_, port->name.slot, slot_);
    }

    bool has_earned_place(const Link& slave, const Trust& trust) {
        auto standing = s_.standings.find(slave.index);
        if (standing == s_.standings.end() || standing->second.doubt()) return false;
        return has_earned(standing->second, trust, s_.now, next_);
    }

    void look_at(const PlacedPort& port) {
        const RoleConfig* role = port.role;
        const Link* link = s_.observed.link(port.index);
        if (!role || !role->bond.empty() || !link || link->master != 0 || !carries(*link)) return;
        homeless(role->net, *link, to_string(port.name));
    }

    void look_at(const VlanConfig& vlan) {
        const Link* link = s_.observed.link(vlan.name);
        if (link && carries(*link) && is_here(s_.carrier_of(vlan)))
            homeless(vlan.net, *link, fmt::format("{} on {}", vlan.name, vlan.on));
    }

    void homeless(const Addressing& net, const Link& link, const std::string& home) {
        for (const IpPrefix& address : net.addresses)
            if (s_.observed.has_address(link.index, address))
                found_.push_back(fmt::format("{}, which has no other home than {}", to_string(address), home));
    }

    const Situation& s_;
    const SlotName& slot_;
    std::optional<TimePoint>& next_;
    std::vector<std::string> found_;
};

// Whether the port is still in service by the daemon's doing.  What another program brings back all the time ends with
// the driver.
bool in_service(const Situation& s, const PlacedPort& port) {
    const Link* link = s.observed.link(port.index);
    if (!link || !port.role) return false;
    const LinkRef ref{link->index, link->name};
    const auto is_left = [&](const Operation& o) { return s.owned.gave_up(key_of(o)); };
    if (link->master != 0) return !is_left(Release{ref, {}});
    return link->up && !is_left(SetLink{.link = ref, .up = false, .port = true});
}

bool any_in_service(const Situation& s, const PlacedSlot& slot) {
    return std::any_of(slot.ports.begin(), slot.ports.end(), [&](const PortName& name) {
        return in_service(s, s.chassis.ports.at(name));
    });
}

std::string joined(const std::vector<std::string>& phrases) { return fmt::format("{}", fmt::join(phrases, "; ")); }

} // namespace

std::string_view to_string(Extraction extraction) { return words[static_cast<std::size_t>(extraction)]; }

std::optional<Extraction> extraction_from(std::string_view word) {
    const auto at = std::find(std::begin(words), std::end(words), word);
    if (at == std::end(words)) return std::nullopt;
    return static_cast<Extraction>(at - std::begin(words));
}

bool is_withheld(Extraction extraction) { return extraction >= Extraction::quiescing; }

std::vector<std::string> hangs_by(const Situation& s, const SlotName& slot, std::optional<TimePoint>& next) {
    return Dependents(s, slot, next).find();
}

std::string what_hangs_by(const Situation& s, const SlotName& slot) {
    std::optional<TimePoint> unused;
    return joined(hangs_by(s, slot, unused));
}

std::string what_keeps_domain(const Situation& s, const std::string& domain, std::optional<TimePoint>& next) {
    const auto order = s.orders.domains.find(domain);
    if (order == s.orders.domains.end() || order->second.force) return "";
    if (s.config.had.last_port == LastPort::allow) return "";
    std::vector<std::string> all;
    for (const auto& [name, slot] : s.chassis.slots) {
        if (s.config.domain_of(name) != domain) continue;
        for (std::string& each : hangs_by(s, name, next))
            if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(std::move(each));
    }
    return joined(all);
}

std::string what_keeps(const Situation& s, const SlotName& slot, std::optional<TimePoint>& next) {
    const auto leaving = leaving_of(s, slot);
    if (!leaving || leaving->force || s.config.had.last_port == LastPort::allow) return "";
    if (leaving->domain) return what_keeps_domain(s, std::string(s.config.domain_of(slot)), next);
    return joined(hangs_by(s, slot, next));
}

std::optional<Leaving> leaving_of(const Situation& s, const SlotName& slot) {
    if (const OfflineOrder* order = s.orders.of_slot(slot))
        return Leaving{order->force, order->out, nullptr, order->by, order->since, order->reason()};
    if (const DomainOrder* order = s.orders.release_of(s.config, slot))
        return Leaving{order->force, false, order, order->by, order->since, order->reason()};
    return std::nullopt;
}

Extraction extraction_of(const Situation& s, const SlotName& name, std::optional<TimePoint>& next) {
    const auto leaving = leaving_of(s, name);
    auto at = s.chassis.slots.find(name);
    if (!leaving || at == s.chassis.slots.end()) return Extraction::none;
    const PlacedSlot& slot = at->second;
    if (leaving->out) return slot.functions.empty() ? Extraction::out : Extraction::none;
    if (leaving->domain && (slot.functions.empty() || !slot.configured || !slot.controlled))
        return Extraction::none;
    const bool detachable = ends_detached(s, name, *leaving);
    if (slot.functions.empty()) return detachable ? Extraction::detached : Extraction::powering;
    if (!what_keeps(s, name, next).empty()) return Extraction::waiting;
    if (any_in_service(s, slot)) return Extraction::quiescing;
    if (!bound_functions(s, slot).empty()) return Extraction::unbinding;
    return detachable ? Extraction::detached : Extraction::powering;
}

bool is_withheld(const Situation& s, const SlotName& slot) {
    if (is_quarantined(s, slot)) return true;
    if (!leaving_of(s, slot)) return false;
    std::optional<TimePoint> unused;
    return is_withheld(extraction_of(s, slot, unused));
}

bool is_withheld(const Situation& s, Ifindex index) {
    const PlacedPort* port = s.chassis.port(index);
    return port && is_withheld(s, port->name.slot);
}

std::optional<Refusal> objection_to_slot(const Situation& s, const SlotName& name) {
    auto at = s.chassis.slots.find(name);
    if (at == s.chassis.slots.end()) return Refusal{true, fmt::format("{}: no such slot", name)};
    if (!at->second.configured)
        return Refusal{false, fmt::format("slot {}: {} does not name it, so it is left alone", name, s.file)};
    if (!at->second.controlled)
        return Refusal{false, fmt::format("slot {}: its domain is another host's, so it is left alone", name)};
    return std::nullopt;
}

std::string switch_of(const Situation& s, const SlotName& name) {
    auto at = s.chassis.slots.find(name);
    if (at != s.chassis.slots.end() && !at->second.kernel.empty()) return at->second.kernel;
    const OfflineOrder* order = s.orders.of_slot(name);
    return order ? order->kernel : "";
}

bool ends_detached(const Situation& s, const SlotName& name, const Leaving& leaving) {
    return leaving.domain || switch_of(s, name).empty();
}

std::vector<PciAddress> bound_functions(const Situation& s, const PlacedSlot& slot) {
    std::vector<PciAddress> bound;
    for (const PciAddress& address : slot.functions) {
        const PciFunction& function = s.observed.functions.at(address).function;
        if (!function.driver.empty() && function.class_code >> 8 != bridge_class) bound.push_back(address);
    }
    return bound;
}

} // namespace had::core
