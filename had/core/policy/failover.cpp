#include "had/core/policy/failover.hpp"

#include "had/core/policy/extraction.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace had::core {
namespace {

const Candidate* find(const std::vector<Candidate>& candidates, Ifindex index) {
    auto at = std::find_if(candidates.begin(), candidates.end(),
                           [&](const Candidate& c) { return c.index == index; });
    return at == candidates.end() ? nullptr : &*at;
}

// The smaller, the sooner the port is chosen when `from` fails.
auto distance(const Candidate& c, const Candidate* from) {
    const bool same_card = from && !from->slot.empty() && from->slot == c.slot;
    const bool same_domain = from && !from->domain.empty() && from->domain == c.domain;
    return std::tuple(!c.usable, c.leaving, c.refused, c.doubted, c.foreign, !c.earned, !c.ordered, -c.rank, same_card,
                      same_domain, c.order);
}

// A rank above every prio: `primary` outranks them all.
constexpr std::int64_t rank_of_primary = std::int64_t{1} << 40;

std::int64_t rank_of(const Situation& s, const BondConfig& bond, Ifindex index) {
    if (!bond.primary.empty() && s.chassis.resolve(bond.primary, s.observed) == index)
        return rank_of_primary;
    const PlacedPort* port = s.chassis.port(index);
    const RoleConfig* role = port ? port->role : nullptr;
    return role ? role->port.prio.value_or(0) : 0;
}

} // namespace

BondMode mode_in_force(const Link& bond) {
    return static_cast<BondMode>(number_of(bond.bond->options, BondOption::mode));
}

bool has_active_port(BondMode mode) {
    return mode == BondMode::active_backup || mode == BondMode::balance_tlb ||
           mode == BondMode::balance_alb;
}

Ifindex active_of(const Link& bond) {
    return static_cast<Ifindex>(number_of(bond.bond->options, BondOption::active_slave));
}

namespace {

// balance-tlb, balance-alb and `fail_over_mac = follow` trade the addresses among the members: each has one of those
// that they came with, or the bond's.  Nothing: it has; else one that nobody else has, the bond's for the active one.
std::optional<Mac> traded_address(const Link& member, const Link& bond, const Observed& observed) {
    std::vector<Mac> fit{bond.address, member.slave->permanent}, taken;
    if (!member.slave->active) std::swap(fit[0], fit[1]);
    for (const Ifindex index : observed.slaves_of(bond.index)) {
        const Link& slave = *observed.link(index);
        if (slave.slave) fit.push_back(slave.slave->permanent);
        if (index != member.index) taken.push_back(slave.address);
    }
    const auto has = [](const std::vector<Mac>& all, const Mac& mac) {
        return std::find(all.begin(), all.end(), mac) != all.end();
    };
    if (has(fit, member.address)) return std::nullopt;
    const auto free = std::find_if(fit.begin(), fit.end(), [&](const Mac& mac) { return !has(taken, mac); });
    return free == fit.end() ? member.slave->permanent : *free;
}

} // namespace

// bond_main.c bond_enslave: but for fail_over_mac in active-backup, all get the bond's, which tlb and alb trade
// among them; `follow` trades as well.
std::optional<Mac> address_of_member(const Link& member, const Link& bond, const Observed& observed) {
    if (!member.slave || !bond.bond) return std::nullopt;
    const BondMode mode = mode_in_force(bond);
    if (mode == BondMode::balance_tlb || mode == BondMode::balance_alb) return traded_address(member, bond, observed);
    constexpr std::uint64_t none = 0, active = 1;
    const bool may_move = mode == BondMode::active_backup;
    const std::uint64_t moves = may_move ? number_of(bond.bond->options, BondOption::fail_over_mac) : none;
    if (moves == none) return bond.address;
    return moves == active ? member.slave->permanent : traded_address(member, bond, observed);
}

bool is_whole(const Link& member, const Link& bond, const Observed& observed) {
    return member.mtu == bond.mtu &&
           address_of_member(member, bond, observed).value_or(member.address) == member.address;
}

std::string_view loss_of(const Link* port, const Link& bond) {
    if (!port) return cause::removal;
    if (port->master != bond.index || !port->slave) return cause::release;
    if (!port->up) return cause::removal;
    if (!port->carrier) return cause::carrier;
    return port->slave->mii == MiiStatus::up ? "" : cause::mii;
}

namespace {

// IEEE 802.1AX, the octet of a port's state.
constexpr std::uint8_t lacp_defaulted = 0x40, lacp_expired = 0x80;

// A port of 802.3ad is active when its aggregator is the bond's and both ends have agreed on it.  Before it is in an
// aggregator the kernel tells nothing of it, and afterwards only when it becomes active or ceases to be.
std::string_view why_unaggregated(const SlaveInfo& port, const BondInfo& bond) {
    const bool unheard = !port.lacp || port.lacp->partner == 0 || (port.lacp->actor & (lacp_defaulted | lacp_expired));
    if (unheard) return "has no LACP partner";
    if (bond.lacp && bond.lacp->aggregator != port.lacp->aggregator)
        return "is in another LACP aggregator than the one that serves: its other end, speed or key differs";
    return "has not agreed with its LACP partner";
}

} // namespace

std::string_view why_idle(const Link& port, const Link& bond) {
    if (!port.slave || !bond.bond || !port.up || !port.carrier) return "";
    const bool by_arp = number_of(bond.bond->options, BondOption::arp_interval) != 0;
    if (port.slave->mii == MiiStatus::back) return "waits until its updelay is over";
    if (port.slave->mii != MiiStatus::up)
        return by_arp ? "is given up by the ARP monitor: no answer comes by it"
                      : "is given up by the kernel's link monitor";
    return mode_in_force(bond) == BondMode::lacp && !port.slave->active ? why_unaggregated(*port.slave, *bond.bond)
                                                                      : "";
}

std::string_view words_of_cause(std::string_view cause) {
    constexpr std::pair<std::string_view, std::string_view> words[] = {
        {cause::carrier, "link lost"},
        {cause::mii, "given up by the link monitor"},
        {cause::removal, "removed or set down"},
        {cause::release, "released"},
        {cause::extraction, "let go by order"},
        {cause::by_operator, "by order"},
        {cause::kernel, "which was good"},
        {cause::adopted, "before had started"}};
    for (const ProbeKind& probe : probe_kinds)
        if (probe.cause == cause) return probe.words;
    for (const auto& [name, text] : words)
        if (name == cause) return text;
    return cause;
}

Choice choose_active(const std::vector<Candidate>& candidates, Ifindex current) {
    const Candidate* now = find(candidates, current);
    const Candidate *best = nullptr, *back = nullptr;
    for (const Candidate& c : candidates) {
        if (!c.usable || c.index == current) continue;
        if (c.doubted && now && now->usable) continue;
        if (c.leaving && now && now->usable) continue;
        if (!best || distance(c, now) < distance(*best, now)) best = &c;
        const bool home = now && now->foreign && !c.foreign;
        const bool away = now && !now->foreign && c.foreign;
        const bool better =
            now && !c.leaving && !away && (home || c.ordered || c.displaced || c.rank > now->rank);
        if (better && c.returns && (!back || distance(c, now) < distance(*back, now))) back = &c;
    }
    if (now && now->leaving && best) return {best->index, "its card is let go"};
    if (!now || !now->good) return best ? Choice{best->index, "the active port failed"} : Choice{};
    if (!back) return {current, ""};
    return {back->index, now->foreign && !back->foreign ? "the active port is none of had.conf's"
                         : back->ordered   ? "an operator's order"
                         : back->displaced ? "another hand moved the bond"
                                           : "failback"};
}

std::vector<Ifindex> successors(const std::vector<Candidate>& candidates, Ifindex current) {
    // By rank and place alone: health changes by the second, and the kernel itself looks at it.
    const Candidate* now = find(candidates, current);
    std::vector<Candidate> sorted;
    for (Candidate c : candidates) {
        if (c.index == current) continue;
        c.usable = c.earned = true;
        c.refused = false;
        c.doubted = false;
        sorted.push_back(c);
    }
    std::sort(sorted.begin(), sorted.end(), [&](const Candidate& a, const Candidate& b) {
        return distance(a, now) < distance(b, now);
    });
    std::vector<Ifindex> order;
    for (const Candidate& c : sorted) order.push_back(c.index);
    return order;
}

namespace {

// The kernel takes a delay in whole rounds of miimon.
std::uint64_t delay_in_kernel(const BondOptions& options, BondOption delay) {
    const std::uint64_t miimon = number_of(options, BondOption::miimon), wanted = number_of(options, delay);
    return miimon == 0 ? wanted : wanted - wanted % miimon;
}

} // namespace

Trust trust_of(const BondConfig& bond) {
    const auto delay = [&](BondOption id) { return std::chrono::milliseconds(delay_in_kernel(bond.options, id)); };
    Trust trust;
    trust.rise = std::max<Duration>(bond.rise.value_or(default_rise), delay(BondOption::updelay));
    trust.downdelay = delay(BondOption::downdelay);
    trust.damp = bond.damp.value_or(true);
    return trust;
}

Failback failback_of(const BondConfig& bond) {
    if (number_of(bond.options, BondOption::primary_reselect) == 2) return {FailbackKind::never, {}};
    return bond.failback;
}

bool is_foreign(const Situation& s, const BondConfig& bond, Ifindex member) {
    const auto is = [&](const std::string& reference) {
        return !reference.empty() && s.chassis.resolve(reference, s.observed) == member;
    };
    const ActivateOrder* order = s.orders.of_bond(bond.name);
    if (is(bond.primary) || is(bond.active_slave) || (order && is(order->port))) return false;
    const PlacedPort* port = s.chassis.port(member);
    const RoleConfig* role = port ? port->role : nullptr;
    const auto made = s.owned.members.find(member);   // also one whose slot is lost to the kernel
    const bool by_daemon = made != s.owned.members.end() && made->second == bond.name;
    return !by_daemon && (!role || role->bond != bond.name);
}

std::vector<Candidate> candidates_of(const Situation& s, const BondConfig& bond, const Link& link,
                                     std::optional<TimePoint>& next) {
    const Trust trust = trust_of(bond);
    const Failback failback = failback_of(bond);
    Trust patient = trust;
    patient.rise = std::max(trust.rise, failback.after);
    const ActivateOrder* order = s.orders.of_bond(bond.name);
    const Ifindex ordered = order ? s.chassis.resolve(order->port, s.observed) : 0;
    const auto last = s.owned.actives.find(bond.name);
    const LeftAlone* contested = s.owned.left_alone(bond.name, s.now);
    if (contested) earlier(next, contested->until);
    const Ifindex active = active_of(link);
    const bool away = active != 0 && is_foreign(s, bond, active);
    std::vector<Candidate> candidates;
    for (const Ifindex index : s.observed.slaves_of(link.index)) {
        const Link& slave = *s.observed.link(index);
        if (!slave.slave) continue;
        auto standing = s.standings.find(index);
        if (standing == s.standings.end()) continue;
        const PlacedPort* port = s.chassis.port(index);
        Candidate c;
        c.index = index;
        c.usable = slave.up && slave.carrier && slave.slave->mii == MiiStatus::up && is_whole(slave, link, s.observed);
        c.leaving = is_withheld(s, index);
        c.foreign = is_foreign(s, bond, index);
        c.doubted = standing->second.doubt().has_value();
        c.refused = is_refused(standing->second, s.now, next);
        c.good = counts_as_good(standing->second, slave, trust, s.now, next);
        c.earned = !c.doubted && has_earned(standing->second, trust, s.now, next);
        c.ordered = order && index == ordered;
        c.displaced = !order && last != s.owned.actives.end() && last->second == index &&
                      !slave.slave->active && c.usable && c.earned;
        if (order) c.returns = c.ordered && c.earned;
        else
            c.returns = c.displaced || (c.earned && failback.kind != FailbackKind::never &&
                                        has_earned(standing->second, patient, s.now, next));
        if (away && !c.foreign) c.returns = c.returns || c.earned;
        if (contested || (c.foreign && !away)) c.returns = false;
        c.rank = c.foreign ? 0 : rank_of(s, bond, index);
        if (port) {
            c.slot = port->name.slot;
            c.domain = s.config.domain_of(port->name.slot);
        }
        c.order = static_cast<unsigned>(candidates.size());
        candidates.push_back(c);
    }
    // Another hand that does what had would do at once has displaced nobody.
    const Candidate* now = find(candidates, active_of(link));
    for (Candidate& c : candidates)
        if (now && now->returns && now->rank > c.rank) c.displaced = false;
    return candidates;
}

bool awaits_move(const Situation& s, const Link& bond) {
    const BondConfig* config = s.config.bond(bond.name);
    if (!config || !bond.bond || !has_active_port(mode_in_force(bond))) return false;
    const Ifindex current = active_of(bond);
    std::optional<TimePoint> unused;
    const Choice choice = choose_active(candidates_of(s, *config, bond, unused), current);
    return is_withheld(s, current) && choice.active != 0 && choice.active != current;
}

bool listens_on_all(const Situation& s, const Link& bond) {
    if (s.orders.offline.empty() && s.orders.domains.empty()) return false;
    if (!bond.bond || !s.owned.bonds.contains(bond.name)) return false;
    if (mode_in_force(bond) != BondMode::active_backup) return false;
    // The file's own word: behind a hub each packet would arrive twice.
    const BondConfig* config = s.config.bond(bond.name);
    if (config && config->options.contains(BondOption::all_slaves_active)) return false;
    const auto& slaves = s.observed.slaves_of(bond.index);
    return std::any_of(slaves.begin(), slaves.end(), [&](Ifindex index) { return is_withheld(s, index); });
}

namespace {

// Whether the bond must still be told to listen on all its ports.  A kernel that refuses this does not hold up the
// move.
bool listens_first(const Situation& s, const Link& bond, Ifindex current) {
    const BondOption listen = BondOption::all_slaves_active;
    if (!is_withheld(s, current) || loss_of(s.observed.link(current), bond) != "") return false;
    if (!listens_on_all(s, bond) || !bond.bond->options.contains(listen)) return false;
    if (number_of(bond.bond->options, listen) != 0) return false;
    const SetBondOptions tell{{bond.index, bond.name}, {{listen, std::uint64_t{1}}}};
    const Attempt* told = s.attempts.find(tell);
    return !told || told->failures == 0;
}

} // namespace

std::optional<Action> failover_of(const Situation& s, const BondConfig& bond,
                                  std::optional<TimePoint>& next) {
    const Link* link = s.observed.link(bond.name);
    if (!link || !link->bond) return std::nullopt;
    if (!has_active_port(mode_in_force(*link))) return std::nullopt;
    const Ifindex current = active_of(*link);
    if (current == 0) return std::nullopt;
    const Choice choice = choose_active(candidates_of(s, bond, *link, next), current);
    if (choice.active == 0 || choice.active == current || listens_first(s, *link, current)) return std::nullopt;
    const Link* to = s.observed.link(choice.active);
    const std::uint64_t index = static_cast<std::uint64_t>(choice.active);
    return Action{.operation = SetBondOptions{{link->index, bond.name}, {{BondOption::active_slave, index}}},
                  .reason = fmt::format("{}: [bond {}]: {}, {} is the best choice", bond.line.in(s.file),
                                        bond.name, choice.why, to->name),
                  .object = bond_id(bond.name)};
}

BondOptions kernel_options(const BondConfig& bond) {
    BondOptions options = bond.options;
    // The daemon decides (failover.hpp): the kernel keeps the current port as long as it is good.
    if (has_active_port(bond.mode()))
        options[BondOption::primary_reselect] = reselect_on_failure;
    for (const BondOption id :
         {BondOption::updelay, BondOption::downdelay, BondOption::peer_notif_delay})
        if (options.contains(id)) options[id] = delay_in_kernel(options, id);
    return options;
}

} // namespace had::core
