#include "had/core/config/bond_option.hpp"

#include "had/core/base/number.hpp"
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace had::core {

namespace {

// Names as in bond_opts; "off", "maxval" and "default" of its plain numbers are left out, since
// bonding.rst does not know them.
constexpr NamedValue mode_names[] = {
    {"balance-rr", 0}, {"active-backup", 1}, {"balance-xor", 2}, {"broadcast", 3},
    {"802.3ad", 4},    {"balance-tlb", 5},   {"balance-alb", 6}};
constexpr NamedValue arp_validate_names[] = {
    {"none", 0}, {"active", 1}, {"backup", 2}, {"all", 3},
    {"filter", 4}, {"filter_active", 5}, {"filter_backup", 6}};
constexpr NamedValue any_all[] = {{"any", 0}, {"all", 1}};
constexpr NamedValue reselect_names[] = {{"always", 0}, {"better", 1}, {"failure", 2}};
constexpr NamedValue fail_over_mac_names[] = {{"none", 0}, {"active", 1}, {"follow", 2}};
constexpr NamedValue hash_names[] = {{"layer2", 0}, {"layer3+4", 1}, {"layer2+3", 2},
                                     {"encap2+3", 3}, {"encap3+4", 4}, {"vlan+srcmac", 5}};
constexpr NamedValue slow_fast[] = {{"slow", 0}, {"fast", 1}};
constexpr NamedValue ad_select_names[] = {
    {"stable", 0}, {"bandwidth", 1}, {"count", 2}, {"actor_port_prio", 3}};
constexpr NamedValue off_on[] = {{"off", 0}, {"on", 1}};

constexpr std::uint8_t rr = 1, ab = 2, xor_ = 4, bcast = 8, ad = 16, tlb = 32, alb = 64;
constexpr std::uint8_t every = 127;
constexpr std::uint8_t arp = rr | ab | xor_ | bcast;     // where the ARP monitor runs
constexpr std::uint8_t one_active = ab | tlb | alb;
constexpr std::uint64_t int_max = 2147483647;

using enum BondOption;
using Type = BondType;
using When = BondWhen;

// `modes` is the complement of unsuppmodes in bond_opts; `useful` is what bonding.rst and the driver's code say.
constexpr BondOptionRule rules[] = {
    {mode, "mode", Type::u8, 0, 6, every, every, When::down_and_no_slaves, mode_names, ""},
    {miimon, "miimon", Type::u32, 0, int_max, every, every, When::any, {}, "ms"},
    {updelay, "updelay", Type::u32, 0, int_max, every, every, When::any, {}, "ms"},
    {downdelay, "downdelay", Type::u32, 0, int_max, every, every, When::any, {}, "ms"},
    {peer_notif_delay, "peer_notif_delay", Type::u32, 0, 300000, every, ab, When::any, {}, "ms"},
    {use_carrier, "use_carrier", Type::u8, 0, 1, every, every, When::any, off_on, "", 1},
    {arp_ip_target, "arp_ip_target", Type::ipv4_list, 0, 0, every, arp, When::any, {}, ""},
    {ns_ip6_target, "ns_ip6_target", Type::ipv6_list, 0, 0, every, arp, When::any, {}, ""},
    {arp_interval, "arp_interval", Type::u32, 0, int_max, arp, arp, When::any, {}, "ms"},
    {arp_validate, "arp_validate", Type::u32, 0, 6, arp, arp, When::any, arp_validate_names, ""},
    {arp_all_targets, "arp_all_targets", Type::u32, 0, 1, every, ab, When::any, any_all, ""},
    {arp_missed_max, "arp_missed_max", Type::u8, 1, 255, arp, arp, When::any, {}, "", 2},
    {primary_reselect, "primary_reselect", Type::u8, 0, 2, every, one_active, When::any,
     reselect_names, ""},
    {fail_over_mac, "fail_over_mac", Type::u8, 0, 2, every, ab, When::no_slaves,
     fail_over_mac_names, ""},
    {xmit_hash_policy, "xmit_hash_policy", Type::u8, 0, 5, every, xor_ | ad | tlb, When::any,
     hash_names, ""},
    {resend_igmp, "resend_igmp", Type::u32, 0, 255, every, rr | one_active, When::any, {}, "", 1},
    {num_grat_arp, "num_grat_arp", Type::u8, 0, 255, every, ab | ad, When::any, {}, "", 1},
    {all_slaves_active, "all_slaves_active", Type::u8, 0, 1, every, every, When::any, off_on, ""},
    {min_links, "min_links", Type::u32, 0, int_max, every, ad, When::any, {}, ""},
    {lp_interval, "lp_interval", Type::u32, 1, int_max, every, tlb | alb, When::any, {}, "s", 1},
    {packets_per_slave, "packets_per_slave", Type::u32, 0, 65535, rr, rr, When::any, {}, "", 1},
    {lacp_rate, "lacp_rate", Type::u8, 0, 1, ad, ad, When::down, slow_fast, ""},
    {lacp_active, "lacp_active", Type::u8, 0, 1, ad, ad, When::down, off_on, "", 1},
    {ad_select, "ad_select", Type::u8, 0, 3, every, ad, When::down, ad_select_names, ""},
    {ad_actor_sys_prio, "ad_actor_sys_prio", Type::u16, 1, 65535, ad, ad, When::any, {}, "", 65535},
    {ad_user_port_key, "ad_user_port_key", Type::u16, 0, 1023, ad, ad, When::down, {}, ""},
    {ad_actor_system, "ad_actor_system", Type::mac, 0, 0, ad, ad, When::any, {}, ""},
    {tlb_dynamic_lb, "tlb_dynamic_lb", Type::u8, 0, 1, tlb | alb, tlb | alb, When::down, off_on,
     "", 1},
    {coupled_control, "coupled_control", Type::u8, 0, 1, ad, ad, When::down, off_on, "", 1},
    {broadcast_neighbor, "broadcast_neighbor", Type::u8, 0, 1, ad, ad, When::any, off_on, ""},
    {lacp_strict, "lacp_strict", Type::u8, 0, 1, ad, ad, When::any, off_on, ""},
    {primary, "primary", Type::ifindex, 0, int_max, one_active, one_active, When::any, {}, ""},
    {active_slave, "active_slave", Type::ifindex, 0, int_max, one_active, one_active, When::any,
     {}, ""},
};

// The kernel's other name for the same number, iproute2's first name, and netlink's.
constexpr BondOptionAlias aliases[] = {{"num_unsol_na", num_grat_arp},
                                       {"missed_max", arp_missed_max},
                                       {"num_peer_notif", num_grat_arp}};

bool has_bit(std::uint8_t modes, BondMode m) {
    const auto number = static_cast<unsigned>(m);
    return number < std::size(mode_names) && (modes >> number & 1) != 0;
}

std::optional<BondValue> parse_number(const BondOptionRule& rule, std::string_view text) {
    for (const NamedValue& named : rule.names) {
        if (named.name == text) return named.value;
    }
    const auto value = number<std::uint64_t>(text);
    if (!value || *value < rule.min || *value > rule.max) return std::nullopt;
    return *value;
}

std::optional<BondValue> parse_target(IpFamily family, std::string_view text) {
    const auto address = ip_address_from(text);
    if (!address || address->family != family) return std::nullopt;
    return std::vector<IpAddress>{*address};
}

} // namespace

// A newer kernel has modes that we do not know.
std::string_view to_string(BondMode m) {
    const auto number = static_cast<std::size_t>(m);
    return number < std::size(mode_names) ? mode_names[number].name : "unknown";
}

std::span<const BondOptionRule> bond_option_rules() { return rules; }
std::span<const BondOptionAlias> bond_option_aliases() { return aliases; }

const BondOptionRule& rule_of(BondOption option) {
    const auto found = std::find_if(std::begin(rules), std::end(rules),
                                    [&](const BondOptionRule& rule) { return rule.id == option; });
    if (found == std::end(rules)) {
        throw std::out_of_range(
            fmt::format("bond option {} has no rule", static_cast<int>(option)));
    }
    return *found;
}

const BondOptionRule* find_bond_option(std::string_view name) {
    for (const BondOptionRule& rule : rules) {
        if (rule.name == name) return &rule;
    }
    for (const BondOptionAlias& alias : aliases) {
        if (alias.name == name) return &rule_of(alias.id);
    }
    return nullptr;
}

std::uint64_t number_of(const BondOptions& options, BondOption option) {
    auto at = options.find(option);
    const auto* value = at == options.end() ? nullptr : std::get_if<std::uint64_t>(&at->second);
    return value ? *value : 0;
}

bool allowed_in(const BondOptionRule& rule, BondMode m) { return has_bit(rule.modes, m); }
bool useful_in(const BondOptionRule& rule, BondMode m) { return has_bit(rule.useful, m); }

bool needs_down(const BondOptionRule& rule) {
    return rule.when == BondWhen::down || rule.when == BondWhen::down_and_no_slaves;
}

std::string print_value(const BondOptionRule& rule, const BondValue& value) {
    return std::visit(
        overloaded{[&](std::uint64_t number) {
                       for (const NamedValue& named : rule.names) {
                           if (named.value == number) return std::string(named.name);
                       }
                       return std::to_string(number);
                   },
                   [](const Mac& mac) { return to_string(mac); },
                   [](const std::vector<IpAddress>& addresses) {
                       std::string text;
                       for (const IpAddress& address : addresses) {
                           text += (text.empty() ? "" : " ") + to_string(address);
                       }
                       return text;
                   }},
        value);
}

std::optional<BondValue> parse_value(const BondOptionRule& rule, std::string_view text) {
    switch (rule.type) {
    case BondType::u8:
    case BondType::u16:
    case BondType::u32: return parse_number(rule, text);
    case BondType::ifindex: return std::nullopt;
    case BondType::mac:
        if (const auto mac = mac_from(text)) return *mac;
        return std::nullopt;
    case BondType::ipv4_list: return parse_target(IpFamily::v4, text);
    case BondType::ipv6_list: return parse_target(IpFamily::v6, text);
    }
    return std::nullopt;
}

} // namespace had::core
