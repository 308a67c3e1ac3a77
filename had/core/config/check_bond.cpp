// A bond's options against each other, by the kernel's rules: bond_options.c refuses or rounds them, and takes
// some that it never uses.
#include "had/core/config/check.hpp"
#include "had/core/base/names.hpp"

namespace had::core {

namespace {

constexpr std::uint64_t default_miimon = 100; // ms: what bonding.rst calls a good starting point

class BondCheck {
public:
    BondCheck(Parsing& parsing, BondConfig& bond)
        : parsing_(parsing), bond_(bond), section_("bond " + bond.name),
          notes_{parsing.diagnostics, bond.name} {}

    void modes() const;
    void monitor();
    void sizes() const;
    void delays() const;
    void arp() const;
    void exclusive() const;
    void references() const;

private:
    [[nodiscard]] bool has(std::string_view key) const { return parsing_.has(section_, key); }
    [[nodiscard]] Line line_of(std::string_view key) const {
        return parsing_.line_of(section_, key, bond_.line);
    }
    [[nodiscard]] std::optional<std::uint64_t> number(BondOption option) const {
        const auto found = bond_.options.find(option);
        if (found == bond_.options.end()) return std::nullopt;
        return std::get<std::uint64_t>(found->second);
    }
    // It was given and not understood, or perhaps misspelt: what depends on it cannot be judged.
    [[nodiscard]] bool unclear(BondOption option) const {
        if (bond_.options.count(option) != 0) return false;
        return has(rule_of(option).name) || parsing_.misspelt.count(section_) != 0;
    }
    void mode_of(const BondOptionRule& rule) const;
    void reference(std::string_view key, const std::string& text) const;
    void taken_for_interface(std::string_view key, const std::string& text, std::string_view slot) const;

    Parsing& parsing_;
    BondConfig& bond_;
    std::string section_;
    Notes notes_;
};

std::string mode_list(std::uint8_t modes) {
    std::vector<std::string_view> names;
    for (const NamedValue& mode : rule_of(BondOption::mode).names) {
        if ((modes >> mode.value & 1) != 0) names.push_back(mode.name);
    }
    return either(names);
}

void BondCheck::mode_of(const BondOptionRule& rule) const {
    const BondMode mode = bond_.mode();
    const Line line = line_of(rule.name);
    if (!allowed_in(rule, mode)) {
        notes_.error(line, "'{}' is not possible in mode {}, only in {}", rule.name,
                     to_string(mode), mode_list(rule.modes));
    } else if (!useful_in(rule, mode)) {
        notes_.warning(line, "'{}' has no effect in mode {}, only in {}", rule.name,
                       to_string(mode), mode_list(rule.useful));
    }
}

void BondCheck::modes() const {
    if (unclear(BondOption::mode)) return;
    if (!has("mode")) {
        notes_.warning(bond_.line, "no 'mode' is given, the kernel's default is balance-rr");
    }
    for (const BondOptionRule& rule : bond_option_rules()) {
        if (has(rule.name)) mode_of(rule);
    }
}

void BondCheck::monitor() {
    if (unclear(BondOption::miimon) || unclear(BondOption::arp_interval)) return;
    const auto miimon = number(BondOption::miimon);
    const std::uint64_t arp_interval = number(BondOption::arp_interval).value_or(0);
    if (miimon.value_or(0) > 0 && arp_interval > 0) {
        notes_.error(std::max(line_of("miimon"), line_of("arp_interval")),
                     "'miimon' and 'arp_interval' exclude each other, remove one");
    } else if (miimon && *miimon == 0 && arp_interval == 0) {
        notes_.error(line_of("miimon"),
                     "'miimon = 0' without 'arp_interval' is a bond that never fails over");
    } else if (!miimon && arp_interval == 0) {
        notes_.warning(bond_.line,
                       "neither 'miimon' nor 'arp_interval' is given, 'miimon = {}' is taken",
                       default_miimon);
        bond_.options[BondOption::miimon] = default_miimon;
    }
}

// Possible, but hardly meant: a slip in the unit.
void BondCheck::sizes() const {
    struct Size {
        BondOption option;
        std::uint64_t least, most;
        std::string_view little, much;
    };
    constexpr std::string_view busy = "the kernel looks so often that it hardly does anything else";
    constexpr std::string_view late = "a failure is masked that late";
    static constexpr Size sizes[] = {
        {BondOption::miimon, 10, 10000, busy, late},
        {BondOption::arp_interval, 10, 10000, busy, late},
        {BondOption::downdelay, 0, 10000, "", late},
        {BondOption::updelay, 0, 600000, "", "a port is out of use that long"},
    };
    for (const Size& size : sizes) {
        const auto value = number(size.option);
        const std::string_view name = rule_of(size.option).name;
        if (!value || *value == 0 || (*value >= size.least && *value <= size.most)) continue;
        notes_.warning(line_of(name), "'{} = {}' is {} ms: {}", name, *value, *value,
                       *value < size.least ? size.little : size.much);
    }
}

// _bond_option_delay_set(): rounded down to a multiple of miimon, EPERM without miimon.
void BondCheck::delays() const {
    if (unclear(BondOption::miimon)) return;
    const std::uint64_t miimon = number(BondOption::miimon).value_or(0);
    for (const auto option :
         {BondOption::updelay, BondOption::downdelay, BondOption::peer_notif_delay}) {
        const std::uint64_t delay = number(option).value_or(0);
        const std::string_view name = rule_of(option).name;
        if (delay == 0) continue;
        if (miimon == 0) {
            notes_.error(line_of(name), "'{}' counts in units of 'miimon', which is not set", name);
        } else if (delay % miimon != 0) {
            notes_.warning(
                line_of(name),
                "'{} = {}' is no multiple of miimon, {}, the kernel rounds it down to {}", name,
                delay, miimon, delay - delay % miimon);
        }
    }
}

void BondCheck::arp() const {
    if (unclear(BondOption::arp_interval)) return;
    const bool running = number(BondOption::arp_interval).value_or(0) > 0;
    if (running && !has("arp_ip_target") && !has("ns_ip6_target")) {
        notes_.error(line_of("arp_interval"),
                     "'arp_interval' needs 'arp_ip_target' or 'ns_ip6_target'");
    }
    for (const auto option : {BondOption::arp_ip_target, BondOption::ns_ip6_target,
                              BondOption::arp_validate, BondOption::arp_all_targets,
                              BondOption::arp_missed_max}) {
        const std::string_view name = rule_of(option).name;
        const bool judged = unclear(option) || !useful_in(rule_of(option), bond_.mode());
        if (running || !has(name) || judged) continue;
        notes_.warning(line_of(name), "'{}' has no effect without 'arp_interval'", name);
    }
    for (const auto option : {BondOption::arp_ip_target, BondOption::ns_ip6_target}) {
        const auto found = bond_.options.find(option);
        if (found == bond_.options.end()) continue;
        for (const IpAddress& target : std::get<std::vector<IpAddress>>(found->second)) {
            const auto own = [&](const IpPrefix& prefix) { return prefix.address == target; };
            const auto& all = bond_.net.addresses;
            if (std::none_of(all.begin(), all.end(), own)) continue;
            notes_.error(line_of(rule_of(option).name), "'{}' {} is the bond's own address",
                         rule_of(option).name, to_string(target));
        }
    }
}

void BondCheck::exclusive() const {
    if (has("failback") && has("primary_reselect")) {
        notes_.error(std::max(line_of("failback"), line_of("primary_reselect")),
                     "'failback' and 'primary_reselect' say the same, remove one");
    }
    if (has("mac") && !std::holds_alternative<MacFirst>(bond_.mac) &&
        number(BondOption::fail_over_mac).value_or(0) != 0 && bond_.mode() == BondMode::active_backup) {
        notes_.error(line_of("mac"), "'mac' is not possible with 'fail_over_mac', which "
                                     "gives the bond the address of a port");
    }
}

// `primary = 2.1`: the port must be one of this bond's.  A word that neither is nor looks like a port of the
// chassis is an interface's name, which cannot be checked here.
void BondCheck::reference(std::string_view key, const std::string& text) const {
    if (text.empty()) return;
    const Config& config = parsing_.config;
    const auto is_slot = [&](std::string_view name) { return parsing_.index.slot_names.contains(name); };
    const auto is_number = [](std::string_view name) {
        return name.find_first_not_of("0123456789") == std::string_view::npos;
    };
    const auto port = port_name_from(text);
    if (!port) {
        const std::string slot = text.substr(0, text.find('.'));
        if (is_slot(slot) || is_number(slot))
            notes_.error(line_of(key), "'{}' must be a port such as {}.0, not {}", key, slot,
                         slot == text ? "a slot" : "'" + text + "'");
        else if (parsing_.index.bonds.contains(text))
            notes_.error(line_of(key), "'{}' must be a port such as 2.1, and {} is a bond", key, text);
        else if (parsing_.index.roles.contains(text))
            notes_.error(line_of(key), "'{}' must be a port such as 2.1, and {} is a config", key, text);
        else if (!looks_like_interface(text))
            taken_for_interface(key, text, text);
        return;
    }
    if (!is_slot(port->slot) && !is_number(port->slot)) {
        return taken_for_interface(key, text, port->slot);
    }
    const DeviceLine* line = config.device(*port);
    const RoleConfig* role = line == nullptr ? nullptr : named(parsing_.index.roles, line->config);
    if (line == nullptr) {
        notes_.error(line_of(key), "'{}' names {}, which no line of [devices] gives to {}", key,
                     text, bond_.name);
    } else if (role != nullptr && role->bond != bond_.name) {
        notes_.error(line_of(key), "'{}' names {}, which {} gives to {}, not to {}", key, text,
                     line->line, role->name, bond_.name);
    }
}

void BondCheck::taken_for_interface(std::string_view key, const std::string& text, std::string_view slot) const {
    const std::string hint = suggest_slot(parsing_, slot);
    if (hint.empty()) return;
    notes_.warning(line_of(key), "{} is no port of this file, so it is taken for an interface{}", text, hint);
}

void BondCheck::references() const {
    reference("primary", bond_.primary);
    reference("active_slave", bond_.active_slave);
}

} // namespace

void check_bond(Parsing& parsing, BondConfig& bond) {
    BondCheck check(parsing, bond);
    check.modes();
    check.monitor();
    check.sizes();
    check.delays();
    check.arp();
    check.exclusive();
    check.references();
}

} // namespace had::core
