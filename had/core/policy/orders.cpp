#include "had/core/policy/orders.hpp"

#include "had/core/policy/failover.hpp"
#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace had::core {
namespace {

// The next word of a line, which loses it.
std::string take_word(std::string_view& line) {
    return std::string(take_until(line, ' '));
}

constexpr std::string_view no_end = "-";

bool read_end(PauseOrder& pause, std::string_view word) {
    if (word == no_end) return true;
    pause.until = number<std::int64_t>(word);
    return pause.until && *pause.until >= 0 && *pause.until <= latest_time;
}

// "pause 1020254400 2002-05-01T11:30:00.000001Z root", "pause - 2002-05-01T11:30:00Z the daemon"
bool read_pause(Orders& orders, std::string_view line) {
    PauseOrder pause;
    const bool has_end = read_end(pause, take_word(line));
    pause.since = take_word(line);
    pause.by = line;
    if (!has_end || pause.by.empty() || orders.pause) return false;
    orders.pause = std::move(pause);
    return true;
}

// "leave-out 2.1 bond0 2002-05-01T12:00:00.000001Z root"
bool read_leave_out(Orders& orders, std::string_view line) {
    const auto port = port_name_from(take_word(line));
    LeaveOutOrder order;
    order.bond = take_word(line);
    order.since = take_word(line);
    order.by = line;
    return port && !order.by.empty() && orders.left_out.emplace(*port, std::move(order)).second;
}

// "activate bond0 2.1 2002-05-01T12:00:00.000001Z root"
bool read_activate(Orders& orders, std::string_view line) {
    const std::string bond = take_word(line);
    ActivateOrder order;
    order.port = take_word(line);
    order.since = take_word(line);
    order.by = line;
    if (order.by.empty()) return false;
    return orders.active.emplace(bond, std::move(order)).second;
}

constexpr std::string_view asked = "asked", forced = "forced", done = "out", no_switch = "-";

std::string_view stage_of(const OfflineOrder& order) {
    return order.out ? done : order.force ? forced : asked;
}

// "offline 2 asked 2 2002-05-01T12:00:00.000001Z root": how far it is, and the kernel's slot.
bool read_offline(Orders& orders, std::string_view line) {
    const std::string slot = take_word(line), stage = take_word(line);
    OfflineOrder order;
    order.force = stage == forced;
    order.out = stage == done;
    order.kernel = take_word(line);
    if (order.kernel == no_switch) order.kernel.clear();
    order.since = take_word(line);
    order.by = line;
    if (stage != stage_of(order) || order.by.empty()) return false;
    return orders.offline.emplace(slot, std::move(order)).second;
}

// "online 2 2 2002-05-01T12:00:00.000001Z root"
bool read_online(Orders& orders, std::string_view line) {
    const std::string slot = take_word(line);
    OnlineOrder order;
    order.kernel = take_word(line);
    if (order.kernel == no_switch) order.kernel.clear();
    order.since = take_word(line);
    order.by = line;
    return !order.by.empty() && orders.online.emplace(slot, std::move(order)).second;
}

// "accept 2 8086:100e 2002-05-01T12:00:00Z root"
bool read_accept(Orders& orders, std::string_view line) {
    const std::string slot = take_word(line);
    AcceptOrder order;
    const auto model = model_from(take_word(line));
    order.model = model.value_or(ModelId{});
    order.since = take_word(line);
    order.by = line;
    return model && !order.by.empty() && orders.accepted.emplace(slot, std::move(order)).second;
}

// "release B asked 2002-05-01T12:00:00Z root", "take B asked ..."
bool read_domain(Orders& orders, bool take, std::string_view line) {
    const std::string domain = take_word(line), stage = take_word(line);
    DomainOrder order;
    order.take = take;
    order.force = stage == forced;
    order.since = take_word(line);
    order.by = line;
    if ((stage != forced && stage != asked) || order.by.empty()) return false;
    return orders.domains.emplace(domain, std::move(order)).second;
}

bool read_order(Orders& orders, std::string_view line) {
    const std::string verb = take_word(line);
    if (verb == "pause") return read_pause(orders, line);
    if (verb == "leave-out") return read_leave_out(orders, line);
    if (verb == "accept") return read_accept(orders, line);
    if (verb == "release" || verb == "take") return read_domain(orders, verb == "take", line);
    if (verb == "activate") return read_activate(orders, line);
    if (verb == "offline") return read_offline(orders, line);
    if (verb == "online") return read_online(orders, line);
    return false;
}

Refusal no_such(std::string text) { return {true, std::move(text)}; }
Refusal refused(std::string text) { return {false, std::move(text)}; }

std::string members_of(const Situation& s, const Link& bond) {
    std::string names;
    for (const Ifindex index : s.observed.slaves_of(bond.index))
        names += fmt::format("{}{}", names.empty() ? "" : ", ", lasting_name(s, index));
    return names.empty() ? "it has none" : "it has " + names;
}

// What had.conf or the chassis knows, and what has no interface now.
Refusal not_there(const Situation& s, const std::string& port) {
    const auto name = port_name_from(port);
    if (!name || (!s.config.device(*name) && !s.chassis.port(*name)))
        return no_such(fmt::format("{}: no such port or interface", port));
    auto slot = s.chassis.slots.find(name->slot);
    if (slot == s.chassis.slots.end() || slot->second.functions.empty())
        return refused(fmt::format("{} is absent: slot {} is empty", port, name->slot));
    return refused(s.chassis.port(*name) ? fmt::format("{} has no network device yet", port)
                                         : fmt::format("{} is absent: the card in slot {} has no such port",
                                                       port, name->slot));
}

} // namespace

const ActivateOrder* Orders::of_bond(const std::string& bond) const {
    auto at = active.find(bond);
    return at == active.end() ? nullptr : &at->second;
}

std::string OfflineOrder::reason() const {
    return by == by_handle ? "its handle is opened" : by + " orders it offline";
}

std::string DomainOrder::reason() const {
    return fmt::format("{} {} its domain", by, take ? "takes" : "releases");
}

const DomainOrder* Orders::release_of(const Config& config, const SlotName& slot) const {
    if (domains.empty()) return nullptr;
    const auto at = domains.find(std::string(config.domain_of(slot)));
    return at == domains.end() || at->second.take ? nullptr : &at->second;
}

void Orders::apply_to(Config& config) const {
    for (const auto& [domain, order] : domains)
        if (!config.has_domain(domain)) config.had.domains.push_back(domain);
}

const OfflineOrder* Orders::of_slot(const SlotName& slot) const {
    auto at = offline.find(slot);
    return at == offline.end() ? nullptr : &at->second;
}

Orders::Dropped Orders::prune(const Config& config) {
    Dropped dropped;
    std::erase_if(active, [&](const auto& entry) {
        if (config.bond(entry.first)) return false;
        dropped.bonds.push_back(entry.first);
        return true;
    });
    const std::vector<SlotName> slots = config.slot_names();
    const auto is_ours = [&](const SlotName& slot) {
        return std::find(slots.begin(), slots.end(), slot) != slots.end() && config.controls(slot);
    };
    std::erase_if(online, [&](const auto& entry) { return !is_ours(entry.first); });
    std::erase_if(offline, [&](const auto& entry) {
        if (is_ours(entry.first)) return false;
        dropped.slots.push_back(entry.first);
        return true;
    });
    std::erase_if(accepted, [&](const auto& entry) {
        const SlotConfig* slot = config.slot(entry.first);
        return !slot || slot->accept.any;     // it is of no use any more, and nobody misses it
    });
    std::erase_if(domains, [&](const auto& entry) {
        const auto is_it = [&](const Domain& domain) { return domain.name == entry.first; };
        if (std::any_of(config.domains.begin(), config.domains.end(), is_it)) return false;
        dropped.domains.push_back(entry.first);
        return true;
    });
    return dropped;
}

std::map<PortName, LeaveOutOrder> Orders::prune(const Config& config, const Chassis& chassis) {
    std::map<PortName, LeaveOutOrder> dropped;
    std::erase_if(left_out, [&](const auto& entry) {
        const auto& [port, order] = entry;
        const RoleConfig* role = role_of(config, port);
        const auto slot = chassis.slots.find(port.slot);
        const bool gone = slot != chassis.slots.end() && !slot->second.location.empty() &&
                          slot->second.functions.empty();
        if (!gone && role && role->bond == order.bond) return false;
        dropped.insert(entry);
        return true;
    });
    return dropped;
}

std::string utc_text(std::int64_t seconds) {
    const auto time = static_cast<std::time_t>(std::clamp<std::int64_t>(seconds, 0, latest_time));
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(time));
}

std::string end_of(const PauseOrder& pause) {
    return pause.until ? fmt::format("until `hadctl resume` or {}", utc_text(*pause.until))
                       : "until `hadctl resume`";
}

std::string print(const Orders& orders) {
    std::string out;
    if (orders.pause)
        out += fmt::format("pause {} {} {}\n",
                           orders.pause->until ? fmt::to_string(*orders.pause->until) : std::string(no_end),
                           orders.pause->since, orders.pause->by);
    for (const auto& [bond, order] : orders.active)
        out += fmt::format("activate {} {} {} {}\n", bond, order.port, order.since, order.by);
    for (const auto& [slot, order] : orders.offline)
        out += fmt::format("offline {} {} {} {} {}\n", slot, stage_of(order),
                           order.kernel.empty() ? no_switch : order.kernel, order.since, order.by);
    for (const auto& [slot, order] : orders.online)
        out += fmt::format("online {} {} {} {}\n", slot, order.kernel.empty() ? no_switch : order.kernel, order.since,
                           order.by);
    for (const auto& [slot, order] : orders.accepted)
        out += fmt::format("accept {} {} {} {}\n", slot, to_pci_id(order.model.vendor, order.model.device),
                           order.since, order.by);
    for (const auto& [domain, order] : orders.domains)
        out += fmt::format("{} {} {} {} {}\n", order.take ? "take" : "release", domain,
                           order.force ? forced : asked, order.since, order.by);
    for (const auto& [port, order] : orders.left_out)
        out += fmt::format("leave-out {} {} {} {}\n", to_string(port), order.bond, order.since, order.by);
    return out;
}

ParsedOrders parse_orders(std::string_view text) {
    ParsedOrders parsed;
    std::size_t mistakes = 0;
    for (unsigned number = 1; !text.empty(); ++number) {
        const std::string_view line = take_until(text, '\n');
        if (line.empty() || read_order(parsed.orders, line)) continue;
        if (++mistakes <= most_mistakes)
            parsed.mistakes.push_back(fmt::format("line {}: no order that the daemon knows", number));
    }
    if (mistakes > most_mistakes)
        parsed.mistakes.push_back(fmt::format("{} lines are no orders that the daemon knows", mistakes));
    return parsed;
}

std::string lasting_name(const Situation& s, Ifindex index) {
    if (const PlacedPort* port = s.chassis.port(index)) return to_string(port->name);
    const Link* link = s.observed.link(index);
    return link ? link->name : "";
}

std::string both_names(const std::string& port, const std::string& interface) {
    if (interface.empty() || interface == port) return port;
    return fmt::format("{} ({})", port, interface);
}

std::optional<Refusal> objection_to_leave_out(const Situation& s, const std::string& port) {
    const PlacedPort* placed = s.chassis.port(s.chassis.resolve(port, s.observed));
    if (!placed) {
        if (s.observed.link(port)) return no_such(fmt::format("{} sits in no slot", port));
        return not_there(s, port);
    }
    const RoleConfig* role = role_of(s.config, placed->name);
    if (role && !role->bond.empty()) return std::nullopt;
    return no_such(fmt::format("{}: {} puts it into no bond", port, s.file));
}

std::optional<Refusal> objection_to_bond(const Situation& s, std::string_view name) {
    if (s.config.bond(name)) return std::nullopt;
    std::vector<std::string_view> names;
    for (const BondConfig& each : s.config.bonds) names.push_back(each.name);
    return no_such(fmt::format("{}: {} names no such bond{}", name, s.file, did_you_mean(name, names)));
}

std::optional<Refusal> objection_to_activate(const Situation& s, std::string_view name,
                                             const std::string& port) {
    if (auto refusal = objection_to_bond(s, name)) return refusal;
    const Link* link = s.observed.link(std::string(name));
    if (!link || !link->bond) return refused(fmt::format("{} does not exist yet", name));
    const BondMode mode = mode_in_force(*link);
    if (!has_active_port(mode))
        return refused(fmt::format("{} is in mode {}, in which every port sends and none is the active one",
                                   name, to_string(mode)));
    const Link* chosen = s.observed.link(s.chassis.resolve(port, s.observed));
    if (!chosen) return not_there(s, port);
    const std::string words = both_names(port, chosen->name);
    if (chosen->master != link->index || !chosen->slave)
        return refused(fmt::format("{} is no port of {}: {}", words, name, members_of(s, *link)));
    if (!chosen->up || !chosen->carrier) return refused(fmt::format("{} has no link", words));
    if (chosen->slave->mii != MiiStatus::up)
        return refused(fmt::format("the kernel's link monitor calls {} {}", words,
                                   to_string(chosen->slave->mii)));
    return std::nullopt;
}

} // namespace had::core
