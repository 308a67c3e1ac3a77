#include "had/core/view/view.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <type_traits>
#include <utility>

namespace had::core {
namespace {

constexpr std::string_view health_words[] = {"healthy", "degraded", "down",     "absent",
                                             "offline", "quarantined", "contested"};
constexpr std::string_view severity_words[] = {"critical", "major", "minor", "warning"};

std::string state_of(const BondView& bond) {
    if (!bond.problem.empty()) return bond.problem;
    return fmt::format("{}: {}{}{}{}{}", to_string(bond.health), how_many_serve(bond),
                       bond.exposure.empty() ? "" : ", ", bond.exposure, bond.silence.empty() ? "" : "; ",
                       bond.silence);
}

} // namespace

void add_silent_ways(const std::vector<PathView>& paths, std::vector<std::string>& texts) {
    for (const PathView& path : paths) {
        if (path.state != PathState::silent || path.doubted) continue;
        std::string text = fmt::format("path {}: {}", path.monitor, path.text);
        if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
    }
}

std::string silence_of(const std::vector<PathView>& paths) {
    std::vector<std::string> texts;
    add_silent_ways(paths, texts);
    return fmt::format("{}", fmt::join(texts, "; "));
}

std::string state_of(const PortView& port) {
    if (!port.problem.empty()) return port.problem;
    if (!port.doing.empty()) return port.doing;
    if (port.index == 0) return port.driver.empty() ? "no driver is bound to it"
                                                    : port.driver + " gave it no network device, or a container has it";
    if (port.role.empty()) return fmt::format("{} does not serve yet", port.interface);
    if (!port.idle.empty()) return fmt::format("{} {}", port.interface, port.idle);
    if (port.bond.empty() && port.carrier && !port.no_link_by)
        if (std::string silence = silence_of(port.paths); !silence.empty()) return silence;
    return fmt::format("no link on {}{}{}", port.interface, port.no_link_by ? ", says " : "",
                       port.no_link_by ? to_string(*port.no_link_by) : "");
}

std::string state_of(const VlanView& vlan) {
    if (!vlan.problem.empty()) return vlan.problem;
    if (!vlan.doing.empty()) return vlan.doing;
    if (vlan.index == 0) return "it does not exist yet";
    if (vlan.carrier)
        if (std::string silence = silence_of(vlan.paths); !silence.empty()) return silence;
    return vlan.up ? "no link on " + vlan.on : "it is down";
}

std::string state_of(const ServiceView& service) {
    if (!service.problem.empty()) return service.problem;
    if (!service.doing.empty()) return service.doing;
    return service.text.empty() ? std::string(to_string(service.phase)) : service.text;
}

std::string state_of(const FailoverView& group) {
    if (!group.problem.empty()) return group.problem;
    if (group.active.empty()) return "no member is up";
    return fmt::format("on {}{}{}", group.active, group.text.empty() ? "" : ": ", group.text);
}

std::string_view to_string(Health health) { return health_words[static_cast<std::size_t>(health)]; }

std::optional<Health> health_from(std::string_view word) {
    const auto at = std::find(std::begin(health_words), std::end(health_words), word);
    if (at == std::end(health_words)) return std::nullopt;
    return static_cast<Health>(at - std::begin(health_words));
}

std::string_view to_string(AlarmSeverity severity) { return severity_words[static_cast<std::size_t>(severity)]; }

std::optional<AlarmSeverity> severity_from(std::string_view word) {
    const auto at = std::find(std::begin(severity_words), std::end(severity_words), word);
    if (at == std::end(severity_words)) return std::nullopt;
    return static_cast<AlarmSeverity>(at - std::begin(severity_words));
}

bool is_impaired(Health health) { return health == Health::degraded || health == Health::contested; }

bool serves(const MemberView& member) {
    return member.mii == "up" && member.carrier && member.whole && !member.no_link_by && member.idle.empty() &&
           !member.port.empty();
}

unsigned serving(const BondView& bond) {
    return static_cast<unsigned>(std::count_if(bond.members.begin(), bond.members.end(), serves));
}

std::string how_many_serve(const BondView& bond) {
    std::string out = fmt::format("{} of {} ports serve", serving(bond), bond.wanted);
    std::string_view before = ": ";
    for (const MemberView& member : bond.members) {
        if (member.idle.empty() || member.port.empty()) continue;
        out += fmt::format("{}{} {}", before, member.port, member.idle);
        before = "; ";
    }
    return out;
}

namespace {

template <class Is>
const OrderView* find_order(const std::vector<OrderView>& orders, std::string_view what, Is is) {
    auto at = std::find_if(orders.begin(), orders.end(),
                           [&](const OrderView& order) { return order.what == what && is(order); });
    return at == orders.end() ? nullptr : &*at;
}

} // namespace

const OrderView* View::order_of_bond(std::string_view name) const {
    return find_order(orders, "activate", [&](const OrderView& order) { return order.bond == name; });
}

const OrderView* View::order_of_domain(std::string_view name) const {
    const auto at = std::find_if(orders.begin(), orders.end(),
                                 [&](const OrderView& order) { return order.domain == name; });
    return at == orders.end() ? nullptr : &*at;
}

const OrderView* View::pause() const {
    return find_order(orders, "pause", [](const OrderView&) { return true; });
}

const OrderView* View::leave_out_of(const PortName& port) const {
    return find_order(orders, "leave_out",
                      [name = to_string(port)](const OrderView& order) { return order.port == name; });
}

const OrderView* View::order_of_group(std::string_view what, std::string_view group, std::string_view member) const {
    return find_order(orders, what,
                      [&](const OrderView& order) { return order.group == group && order.member == member; });
}

const SlotView* View::slot(std::string_view name) const {
    auto at = std::ranges::lower_bound(slots, name, SlotLess{}, &SlotView::name);
    return at == slots.end() || at->name != name ? nullptr : &*at;
}

const PortView* View::port(const PortName& name) const {
    const SlotView* in = slot(name.slot);
    if (!in) return nullptr;
    auto at = std::find_if(in->ports.begin(), in->ports.end(),
                           [&](const auto& p) { return p.name == name; });
    return at == in->ports.end() ? nullptr : &*at;
}

const Alarm* View::alarm_of(std::string_view id) const {
    auto at = std::find_if(alarms.begin(), alarms.end(), [&](const auto& a) { return a.id == id; });
    return at == alarms.end() ? nullptr : &*at;
}

namespace {

// What an object's state adds to that of the whole: the health, and the words for it.
struct Complaint {
    Health health = Health::healthy;          // or degraded, or down
    std::string text;                         // or empty
};

Complaint complaint_of(const BondView& bond) {
    if (bond.health == Health::healthy) return {};
    const Health health = is_impaired(bond.health) ? Health::degraded : bond.health;
    return {health, state_of(bond)};
}

// A change that only waits for reload --force is shown by `waiting`.
Complaint complaint_of(const VlanView& vlan) {
    if (vlan.health == Health::healthy || vlan.health == Health::absent) return {};
    const bool only_waits = vlan.health == Health::degraded && vlan.problem.empty() && silence_of(vlan.paths).empty();
    return {is_impaired(vlan.health) ? Health::degraded : vlan.health, only_waits ? "" : state_of(vlan)};
}

// A member that is not up is its group's matter.
Complaint complaint_of(const ServiceView& service) {
    const bool ill = service.health == Health::down || is_impaired(service.health);
    if (!ill || service.phase == Phase::starting) return {};
    const bool alone = service.group.empty() && service.health == Health::down;
    return {alone ? Health::down : Health::degraded, state_of(service)};
}

Complaint complaint_of(const FailoverView& group) {
    if (group.health == Health::healthy || group.health == Health::absent) return {};
    return {is_impaired(group.health) ? Health::degraded : group.health, state_of(group)};
}

// Another host is not a part of this one: what is lost here is the way to it.
Complaint complaint_of(const PeerView& peer) {
    if (peer.health == Health::healthy || peer.health == Health::absent) return {};
    return {Health::degraded, peer.problem.empty() ? how_many_serve(peer) : peer.problem};
}

Complaint complaint_of(const SlotView& slot) {
    if (slot.problem.empty()) return {};
    return {Health::degraded, slot.problem};
}

// A bond whose port fails has lost its redundancy; a port that stands alone is a service that is down.
Complaint complaint_of(const PortView& port) {
    if (port.config.empty() || (port.health != Health::down && !is_impaired(port.health))) return {};
    const bool alone = port.bond.empty() && port.health == Health::down;
    return {alone ? Health::down : Health::degraded, state_of(port)};
}

// Ports that had.conf names and the card in the slot does not have.
std::vector<std::string> missing_ports(const SlotView& slot) {
    std::vector<std::string> missing;
    for (const PortView& port : slot.ports)
        if (!port.config.empty() && !port.function && slot.card && port.health != Health::offline)
            missing.push_back(fmt::format("{}: the card in slot {} has no such port", to_string(port.name),
                                          slot.name));
    return missing;
}

} // namespace

void sum_up(View& view) {
    if (!view.alarm.empty()) {
        view.problems.push_back(view.alarm);
        view.health = Health::degraded;
    }
    for_each_status(view, [&]<class V>(const V& object) {
        // Nearly all are well, and then nothing is missing of a slot either.
        if (object.health == Health::healthy && object.problem.empty() && object.waiting.empty()) return;
        const Complaint complaint = complaint_of(object);
        if (!complaint.text.empty()) view.problems.push_back(to_string(id_of(object)) + ": " + complaint.text);
        for (const std::string& waiting : object.waiting)
            view.problems.push_back(to_string(id_of(object)) + ": " + waiting);
        if constexpr (std::is_same_v<V, SlotView>)
            for (std::string& missing : missing_ports(object)) view.problems.push_back(std::move(missing));
        view.health = std::max(view.health, complaint.health);
    });
}

} // namespace had::core
