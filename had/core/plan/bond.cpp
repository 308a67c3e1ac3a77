#include "had/core/policy/failover.hpp"
#include "had/core/plan/restored.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

bool bonding_is_there(const Situation& s, const Worklist& worklist, Plan& plan) {
    bool seen = false;                         // on the first of them already
    for_each_bond(s.config, worklist, [&](std::size_t, const BondConfig& bond) {
        const Link* link = seen ? nullptr : s.observed.link(bond.name);
        seen = seen || (link && link->kind == bond_driver.kind);
    });
    if (seen) return true;
    return kind_is_there(s, plan, bond_driver, [&](const std::string& problem) {
        for (const BondConfig& bond : s.config.bonds) plan.notes[bond_id(bond.name)].problem = problem;
    });
}

class BondSteps {
public:
    BondSteps(const Situation& situation, Plan& plan, const BondConfig& bond)
        : s_(situation), plan_(plan), note_(plan.notes[bond_id(bond.name)]), bond_(bond),
          link_(s_.observed.link(bond.name)), ref_{link_ ? link_->index : 0, bond.name},
          why_(fmt::format("{}: [bond {}]", bond.line.in(s_.file), bond.name)) {}

    void plan() {
        if (std::string taken = who_has_name(s_.observed, bond_.name, bond_driver); !taken.empty()) {
            note_.problem = std::move(taken);
            return;
        }
        if (tell_renamed(s_, bond_.name, note_)) return;
        if (link_ && !link_->bond) return;     // what a bond is like has not been told
        if (link_) adopt();
        else if (!create()) return;
        plan_net(s_, bond_.net, {.link = ref_, .port = false, .up = true}, note_, step());
    }

private:
    void add(Operation operation, std::string_view what) {
        plan_.actions.push_back({.operation = std::move(operation),
                                 .reason = fmt::format("{}: {}", why_, what),
                                 .object = bond_id(bond_.name)});
    }

    AddStep step() {
        return [this](Operation operation, std::string_view what) { add(std::move(operation), what); };
    }

    // False: its words are known when it is there, and set before it is up, so that no router's word comes in between.
    bool create() {
        add(CreateBond{.name = bond_.name,
                       .options = kernel_options(bond_),
                       .address = mac(),
                       .mtu = bond_.net.mtu},
            "it does not exist");
        if (!bond_.tuning.is_empty() && !s_.ahead) return false;
        plan_tuning(s_, bond_.tuning, {ref_}, note_, step());
        add(SetLink{.link = ref_, .up = true}, "a bond serves only when it is up");
        return true;
    }

    void adopt() {
        options();
        address();
        plan_mtu(s_, {.wanted = bond_.net.mtu, .link = *link_}, note_, step());
        plan_tuning(s_, bond_.tuning, {ref_, false, link_->up && link_->carrier}, note_, step());
        if (!link_->up || lowered_)
            add(SetLink{.link = ref_, .up = true}, "a bond serves only when it is up");
    }

    // The neighbours know a serving bond by its address: after a change, what they send is lost until they have
    // asked again.  An address that another program has changed is brought back nevertheless.
    void address() {
        const auto want = mac();
        if (!want || *want == link_->address) return;
        const auto given = s_.owned.bond_macs.find(bond_.name);
        const bool had_gave_it = given != s_.owned.bond_macs.end() && given->second == *want;
        const bool first = std::holds_alternative<MacFirst>(bond_.mac);
        const bool free = (had_gave_it || first) && !is_moved_by_kernel(link_->bond->options);
        if (!s_.force && !free && s_.observed.has_slaves(link_->index)) {
            note_.waiting.push_back(
                fmt::format("mac = {}: needs reload --force, cuts {}", to_string(*want), bond_.name));
            return;
        }
        add(SetLink{.link = ref_, .address = want},
            fmt::format("its address is {}", to_string(link_->address)));
    }

    // One action an option, in the order in which the kernel must be told.
    void options() {
        BondOptions wanted = kernel_options(bond_);
        if (listens_on_all(s_, *link_)) wanted[BondOption::all_slaves_active] = std::uint64_t{1};
        for (const BondOptionRule& rule : bond_option_rules()) {
            if (rule.id == BondOption::primary_reselect) keep_reselection(wanted);
            auto want = wanted.find(rule.id);
            auto have = link_->bond->options.find(rule.id);
            if (want == wanted.end()) {
                if (have != link_->bond->options.end()) restore(rule, have->second);
                continue;
            }
            if (!exists_in_mode(rule)) {
                // Now, since some cannot be changed after the first port is enslaved.
                if (changes_mode_) set(rule, want->second, "its mode changes");
                continue;
            }
            if (have == link_->bond->options.end()) {
                note_.problem =
                    fmt::format("this kernel's bonding driver has no option {}", rule.name);
                continue;
            }
            if (have->second != want->second)
                change(rule, want->second, fmt::format("it is {}", print_value(rule, have->second)));
        }
        no_primary();
    }

    // While the mode of had.conf waits for force, that of the kernel counts.
    void keep_reselection(BondOptions& wanted) const {
        const BondMode mode = changes_mode_ ? bond_.mode() : mode_in_force(*link_);
        if (has_active_port(mode)) wanted[BondOption::primary_reselect] = reselect_on_failure;
        else wanted.erase(BondOption::primary_reselect);
    }

    // The kernel shows an option of a mode only in that mode, so it is unknown until the mode is right.
    bool exists_in_mode(const BondOptionRule& rule) const {
        auto mode = link_->bond->options.find(BondOption::mode);
        if (mode == link_->bond->options.end()) return true;
        return allowed_in(rule, static_cast<BondMode>(std::get<std::uint64_t>(mode->second)));
    }

    // What the daemon has set and the file no longer names goes back to the kernel's default.
    void restore(const BondOptionRule& rule, const BondValue& have) {
        const bool list = rule.type == BondType::ipv4_list || rule.type == BondType::ipv6_list;
        const BondValue initial = list ? BondValue{std::vector<IpAddress>{}} : BondValue{rule.initial};
        if (have == initial) return;           // nearly always, and sooner seen than all that follows
        if (!s_.owned.bonds.contains(bond_.name) || !exists_in_mode(rule) ||
            !allowed_in(rule, bond_.mode()) ||
            !s_.owned.bond_options.contains({bond_.name, std::string(rule.name)}))
            return;
        const bool counts_in_miimon = rule.id == BondOption::updelay || rule.id == BondOption::downdelay ||
                                      rule.id == BondOption::peer_notif_delay;
        if (counts_in_miimon && !bond_.options.contains(BondOption::miimon)) return;
        if (rule.id == BondOption::miimon || rule.type == BondType::ifindex || rule.type == BondType::mac)
            return;
        change(rule, initial,
               fmt::format("it is {}, and the file says nothing of it any more", print_value(rule, have)));
    }

    void change(const BondOptionRule& rule, const BondValue& want, const std::string& now) {
        const bool needs_empty =
            rule.when == BondWhen::no_slaves || rule.when == BondWhen::down_and_no_slaves;
        const bool served = s_.observed.has_slaves(link_->index);
        const bool slaves = (needs_down(rule) || needs_empty) && served;
        if (slaves && s_.force) empty();
        else if ((slaves && (needs_empty || link_->up)) ||
                 (served && !s_.force && starts_arp_monitor(rule))) {
            note_.waiting.push_back(
                fmt::format("{} = {}: needs reload --force, cuts {}", rule.name,
                            print_value(rule, want), bond_.name));
            return;
        }
        changes_mode_ = changes_mode_ || rule.id == BondOption::mode;
        set(rule, want, now);
    }

    // The ARP monitor calls a port down that has received nothing lately, and before it runs it does not look
    // (bond_main.c bond_ab_arp_inspect): so a serving bond would be down for some intervals.
    bool starts_arp_monitor(const BondOptionRule& rule) const {
        return rule.id == BondOption::arp_interval && number_of(link_->bond->options, rule.id) == 0;
    }

    void set(const BondOptionRule& rule, const BondValue& want, std::string_view why) {
        const SetBondOptions set{ref_, {{rule.id, want}}};
        if (needs_down(rule) && link_->up && !lowered_ && !s_.attempts.waits(set, s_.now)) {
            lowered_ = true;
            add(SetLink{.link = ref_, .up = false},
                fmt::format("{} can be changed only while it is down, and it has no port", rule.name));
        }
        add(set, why);
    }

    // Releases every port, for reload --force; the next plan finds them in no bond and enslaves them again.
    void empty() {
        if (emptied_) return;
        emptied_ = true;
        for (const Ifindex index : s_.observed.slaves_of(link_->index))
            add(Release{{index, s_.observed.link(index)->name}, ref_},
                "reload --force: an option needs the bond empty");
    }

    // `primary` is part of the daemon's ranking.  The kernel's own primary would undo the daemon's decisions.
    void no_primary() {
        auto have = link_->bond->options.find(BondOption::primary);
        const BondValue none = std::uint64_t{0};
        if (!has_active_port(mode_in_force(*link_)) || have == link_->bond->options.end() || have->second == none)
            return;
        add(SetBondOptions{ref_, {{BondOption::primary, none}}}, "had decides, not the kernel's primary");
    }

    // The address moves with the active port; then the kernel accepts no other (bond_main.c bond_set_mac_address).
    bool is_moved_by_kernel(const BondOptions& options) const {
        return bond_.mode() == BondMode::active_backup && number_of(options, BondOption::fail_over_mac) != 0;
    }

    // Nothing: the kernel sets it, or it stays as it is.
    std::optional<Mac> mac() const {
        if (is_moved_by_kernel(bond_.options)) return std::nullopt;
        return std::visit(
            overloaded{
                [&](const MacStable&) -> std::optional<Mac> {
                    const bool ours = !link_ || s_.owned.bonds.contains(bond_.name);
                    if (!ours && !bond_.mac_given) return std::nullopt;
                    return stable_mac(s_.machine_id, bond_.name);
                },
                [&](const MacFirst&) -> std::optional<Mac> {
                    auto at = s_.owned.first_macs.find(bond_.name);
                    return at == s_.owned.first_macs.end() ? std::nullopt : std::optional(at->second);
                },
                [](const Mac& given) -> std::optional<Mac> { return given; },
            },
            bond_.mac);
    }

    const Situation& s_;
    Plan& plan_;
    Note& note_;
    const BondConfig& bond_;
    const Link* link_;
    LinkRef ref_;
    std::string why_;
    bool lowered_ = false, emptied_ = false, changes_mode_ = false;
};

} // namespace

// One that is not there is asked again: what it waits for may be of others.
void plan_bonds(const Situation& s, const Worklist& worklist, Plan& plan) {
    if (s.config.bonds.empty() || (!worklist.all && worklist.bonds.empty())) return;
    const bool can_be = bonding_is_there(s, worklist, plan);
    for_each_bond(s.config, worklist, [&](std::size_t place, const BondConfig& bond) {
        const Link* link = s.observed.link(bond.name);
        const Asking asking(plan);
        if (can_be) BondSteps(s, plan, bond).plan();
        if (!can_be || !link || !link->bond || asking.added() || plan.note_of(bond_id(bond.name)) != Note{} ||
            !knows_tuning(s, bond.tuning, link->index))
            plan.said.bonds.insert(place);
    });
}

} // namespace had::core
