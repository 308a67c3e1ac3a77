#include "had/core/policy/extraction.hpp"
#include "had/core/policy/failover.hpp"
#include "had/core/plan/restored.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

class PortSteps {
public:
    PortSteps(const Situation& situation, Plan& plan, const PlacedPort& port, const RoleConfig& role)
        : s_(situation), plan_(plan), note_(plan.notes[port_id(port.name)]), port_(port), role_(role),
          link_(*s_.observed.link(port.index)), ref_{link_.index, link_.name} {}

    void plan() {
        if (role_.bond.empty()) plain();
        else member();
    }

private:
    void add(Operation operation, std::string_view what, const std::string& needs = "") {
        plan_.actions.push_back({.operation = std::move(operation),
                                 .reason = fmt::format("{}: {} = {}, {}",
                                                       s_.config.device(port_.name)->line.in(s_.file),
                                                       to_string(port_.name), role_.name, what),
                                 .object = port_id(port_.name),
                                 .needs = needs});
    }

    AddStep step() {
        return [this](Operation operation, std::string_view what) { add(std::move(operation), what); };
    }

    void member() {
        const Link* bond = s_.observed.link(link_.master);     // mostly it is there already
        if (!bond || bond->name != role_.bond) bond = s_.observed.link(role_.bond);
        const std::string& problem = plan_.note_of(bond_id(role_.bond)).problem;
        if (bond ? !bond->bond : !problem.empty()) {      // another's, or what it is like has not been told
            note_.problem = problem;
            if (problem.empty()) note_.doing = fmt::format("waiting for {}", role_.bond);
            return;
        }
        const bool created = bond || plan_.creates(role_.bond);
        if (!bond) note_.doing = fmt::format("waiting for {}", role_.bond);
        if (!created) return;
        const LinkRef master{bond ? bond->index : 0, role_.bond};
        if (!bond || link_.master != bond->index) {
            if (s_.orders.left_out.contains(port_.name)) return;
            if (is_kept_from(bond)) return;
            tune(false);
            take_addresses();
            if (link_.master == 0) mtu();      // the kernel gives it back when the port leaves the bond
            link_mode(false);
            add(Enslave{ref_, master, link_.up}, joined(), role_.bond);
            if (wants_options(std::nullopt))
                add(SetPortOptions{ref_, master, options()}, "as the config says", role_.bond);
            return;
        }
        link_mode(link_.up && link_.carrier);
        tune(link_.up && link_.carrier);
        whole(*bond);
        take_others_addresses();
        if (wants_options(link_.slave))
            add(SetPortOptions{ref_, master, options()}, "as the config says", role_.bond);
    }

    // What the bond gave it when it joined, and another hand has changed since.
    void whole(const Link& bond) {
        const bool leaving = is_leaving();
        const auto address = address_of_member(link_, bond, s_.observed);
        if (link_.mtu != bond.mtu)
            add(SetLink{.link = ref_, .mtu = bond.mtu, .member = true},
                fmt::format("its mtu is {}, that of {} is {}", link_.mtu, bond.name, bond.mtu));
        if (link_.odd_flags)
            add(SetLink{.link = ref_, .usual_flags = true, .member = true}, "ARP is off, or multicast");
        if (leaving) return;
        if (address && *address != link_.address)
            add(SetLink{.link = ref_, .up = true, .address = address, .member = true},
                fmt::format("its address is {}, in {} it is {}", to_string(link_.address), bond.name,
                            to_string(*address)));
        else if (!link_.up) add(SetLink{.link = ref_, .up = true}, "a slave that is down serves nobody");
    }

    // What the kernel would refuse, or cut, is not begun.
    bool is_kept_from(const Link* bond) {
        note_.problem = what_stands_on(s_, link_, false);
        if (!note_.problem.empty()) return true;
        // A port has its bond's MTU, or is no port of it.
        const BondConfig* config = s_.config.bond(role_.bond);
        const std::uint32_t mtu = bond ? bond->mtu : config ? config->net.mtu.value_or(0) : 0;
        const std::string small = mtu != 0 ? who_cannot_have_mtu(s_, link_, mtu) : "";
        if (small.empty()) return false;
        note_.problem = fmt::format("{}, {} has {}: it cannot join", small, role_.bond, mtu);
        return true;
    }

    // Set down a moment ago: by somebody's hand, or because its card goes.
    bool is_leaving() {
        auto standing = s_.standings.find(link_.index);
        if (link_.up || standing == s_.standings.end()) return false;
        const TimePoint until = standing->second.since + leave_limit;
        if (s_.now >= until) return false;
        note_.doing = "waiting, it was set down";
        earlier(plan_.next, until);
        return true;
    }

    std::string joined() const {
        if (link_.master == 0) return "in no bond yet";
        const Link* other = s_.observed.link(link_.master);
        return fmt::format("now in {}", other ? other->name : "another bond");
    }

    // Set before the port serves.  A port that serves would lose its link, so there it waits for an operator.  What
    // its driver has refused is tried again when the port no longer serves.
    void link_mode(bool serves) {
        const LinkMode& want = role_.mode;
        auto have = s_.observed.modes.find(link_.index);
        const bool known = have != s_.observed.modes.end();
        if (agrees(known ? have->second : LinkMode{}, want)) return;
        const SetLinkMode set{ref_, want};
        const Attempt* tried = s_.attempts.find(set);
        if (serves && !s_.force && tried && is_refused_for_good(*tried)) {
            note_.problem =
                fmt::format("cannot {}: {}; it is tried again when the port does not serve, or by reload --force",
                            to_string(Operation(set)), tried->result.text);
            return;
        }
        if (serves && !s_.force) {
            note_.waiting.push_back(
                fmt::format("{}: needs reload --force, cuts {}", to_string(want), link_.name));
            return;
        }
        add(set, known ? fmt::format("it is {}", to_string(have->second)) : "as the config says");
    }

    // Where the daemon decides, prio is part of its ranking, and plan_failover tells the kernel each port's place.
    PortOptions options() const {
        PortOptions options = role_.port;
        if (!options.prio) return options;
        const BondConfig* bond = s_.config.bond(role_.bond);
        if (bond && has_active_port(bond->mode())) options.prio = std::nullopt;
        return options;
    }

    bool wants_options(const std::optional<SlaveInfo>& have) const {
        const PortOptions want = options();
        if (!have) return want.prio || want.queue_id || want.actor_port_prio;
        return (want.prio && want.prio != have->prio) ||
               (want.queue_id && want.queue_id != have->queue_id) ||
               (want.actor_port_prio && want.actor_port_prio != have->actor_port_prio);
    }

    // The kernel keeps a slave's own addresses, where they shadow the bond's: ours go first.
    void take_addresses() {
        for (const auto& [index, prefix] : s_.owned.port_addresses)
            if (const Address* have = index == link_.index ? s_.observed.address(index, prefix) : nullptr)
                add(RemoveAddress{ref_, prefix, have->peer}, "a slave has no address of its own");
    }

    // Another program's would come first as well, as soon as the bond is set down and up.
    void take_others_addresses() {
        for (const Address& address : s_.observed.addresses_of(link_.index))
            if (!address.link_scope)
                add(RemoveAddress{.link = ref_, .prefix = address.prefix, .peer = address.peer, .foreign = true},
                    "another program gave it to a slave, which has no address of its own");
    }

    void tune(bool serves) { plan_tuning(s_, role_.tuning, {ref_, true, serves}, note_, step()); }

    void mtu() {
        plan_mtu(s_, {.wanted = role_.net.mtu, .link = link_, .port = true}, note_, step());
    }

    void plain() {
        note_.problem = what_stands_on(s_, link_, true);
        if (!note_.problem.empty()) return;
        const Link* bond = s_.observed.link(link_.master);
        const bool member = bond && bond->bond;
        if (member) {
            const LinkRef master{link_.master, bond->name};
            add(Release{ref_, master}, fmt::format("now in {}", master.name));
        }
        mtu();
        const bool serves = !member && link_.up && link_.carrier;
        tune(serves);
        link_mode(serves);
        const bool leaving = is_leaving();
        const bool lowered = !member && !leaving && address();
        const bool raise = (!link_.up || member) && !leaving && !lowered;
        if (raise) add(SetLink{.link = ref_, .up = true, .port = true}, "it is down");
        plan_net(s_, role_.net, {.link = ref_, .port = true, .up = link_.up || raise || lowered}, note_, step());
    }

    // True: it is set, and the port is up after that.  Most drivers take an address only while the port is down, so on
    // one that serves it waits; what another hand has changed is put back.
    bool address() {
        const auto given = s_.owned.bond_macs.find(link_.name);
        const bool had_gave = given != s_.owned.bond_macs.end();
        std::optional<Mac> want;
        if (!role_.mac && had_gave && given->second == link_.address) want = link_.permanent;
        else if (role_.mac)
            want = std::holds_alternative<Mac>(*role_.mac) ? std::get<Mac>(*role_.mac)
                                                           : stable_mac(s_.machine_id, to_string(port_.name));
        if (!want || *want == link_.address) return false;
        const bool put_back = had_gave && given->second == *want;
        if (link_.up && link_.carrier && !s_.force && !put_back) {
            note_.waiting.push_back(
                fmt::format("mac = {}: needs reload --force, cuts {}", to_string(*want), link_.name));
            return false;
        }
        add(SetLink{.link = ref_, .up = true, .address = want, .port = true},
            fmt::format("its address is {}{}", to_string(link_.address),
                        role_.mac ? "" : ", and the file says nothing of it any more"));
        return true;
    }

    const Situation& s_;
    Plan& plan_;
    Note& note_;
    const PlacedPort& port_;
    const RoleConfig& role_;
    const Link& link_;
    LinkRef ref_;
};

// First the port that an operator has ordered or the bond names as active_slave, then its primary, then the others
// in order.  Ports that join a bond come before ports that leave one, so that no bond is without a port in between.
int rank(const Situation& s, const PlacedPort& port, const RoleConfig& role) {
    const BondConfig* bond = s.config.bond(role.bond);
    if (!bond) return 3;
    const auto is = [&](const std::string& reference) {
        return !reference.empty() && s.chassis.resolve(reference, s.observed) == port.index;
    };
    const ActivateOrder* order = s.orders.of_bond(bond->name);
    return is(order ? order->port : bond->active_slave) ? 0 : is(bond->primary) ? 1 : 2;
}

// A link that is up keeps its name, so there is nothing left to wait for.
bool awaits_udev(const Situation& s, Ifindex index, Plan& plan) {
    if (s.observed.link(index)->up) return false;
    auto at = s.attempts.unsettled.find(index);
    if (at == s.attempts.unsettled.end()) return true;
    const TimePoint until = at->second.since + settle_limit;
    if (s.now >= until) return false;
    earlier(plan.next, until);
    return true;
}

// An interface exists before its driver's probe has ended, and only after that `bind` is announced.  A link that is up
// has been opened, so nothing more can go wrong.
bool is_bound(const Situation& s, const PlacedPort& port) {
    const PciFunction& function = s.observed.functions.at(port.function).function;
    return s.observed.link(port.index)->up || (!function.driver.empty() && !function.probing);
}

// What a port waits for before it is used; empty: nothing.
std::string_view awaited(const Situation& s, const PlacedPort& port, Plan& plan) {
    if (!is_bound(s, port)) return "waiting for its driver to be ready";
    if (!port.settled && awaits_udev(s, port.index, plan)) return "waiting for udev to settle its name";
    return "";
}

} // namespace

void plan_ports(const Situation& s, const Worklist& worklist, Plan& plan) {
    struct Ready {
        int rank;
        const PlacedPort* port;
        const RoleConfig* role;
    };
    std::vector<Ready> ready;
    const auto look_at = [&](const PlacedPort& port) {
        const PlacedSlot& slot = s.chassis.slots.at(port.name.slot);
        const RoleConfig* role = port.role;
        if (!role || !slot.configured || !slot.controlled || port.index == 0) return;
        if (is_withheld(s, port.name.slot)) return;
        if (const std::string_view waits = awaited(s, port, plan); !waits.empty()) {
            plan.notes[port_id(port.name)].doing = waits;
            plan.said.ports.insert(port.name);
        } else ready.push_back({rank(s, port, *role), &port, role});
    };
    if (worklist.all)
        for (const auto& [name, port] : s.chassis.ports) look_at(port);
    else
        for (const PortName& name : worklist.ports) look_at(s.chassis.ports.at(name));
    std::stable_sort(ready.begin(), ready.end(),
                     [](const Ready& a, const Ready& b) { return a.rank < b.rank; });
    for (const Ready& r : ready) {
        const Asking asking(plan);
        PortSteps(s, plan, *r.port, *r.role).plan();
        if (asking.added() || plan.note_of(port_id(r.port->name)) != Note{} ||
            !knows_tuning(s, r.role->tuning, r.port->index))
            plan.said.ports.insert(r.port->name);
    }
}

} // namespace had::core
