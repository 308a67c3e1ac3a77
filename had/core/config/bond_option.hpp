// Every option of the kernel's bonding driver, in one table.
//
// The table says what had.conf accepts, what the netlink codec reads and writes, and when the plan may change an
// option; had.conf(5) lists the same.  It follows drivers/net/bonding/bond_options.c (bond_opts: values, ranges,
// modes, when) and bond_netlink.c (bond_policy: types, order of writing).  Which options a kernel really has is found
// by reading them back, never by its version.
#pragma once

#include "had/core/base/ip.hpp"
#include "had/core/base/types.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace had::core {

enum class BondMode : std::uint8_t {
    balance_rr = 0, active_backup, balance_xor, broadcast, lacp, balance_tlb, balance_alb
};
std::string_view to_string(BondMode mode);        // the kernel's names; lacp is "802.3ad"

// The values are the kernel's attribute numbers, IFLA_BOND_* of linux/if_link.h.
enum class BondOption : std::uint16_t {
    mode = 1, active_slave, miimon, updelay, downdelay, use_carrier, arp_interval, arp_ip_target,
    arp_validate, arp_all_targets, primary, primary_reselect, fail_over_mac, xmit_hash_policy,
    resend_igmp, num_grat_arp, all_slaves_active, min_links, lp_interval, packets_per_slave,
    lacp_rate, ad_select, ad_info /* read only: never in a BondOptions */, ad_actor_sys_prio,
    ad_user_port_key, ad_actor_system, tlb_dynamic_lb, peer_notif_delay, lacp_active,
    arp_missed_max, ns_ip6_target, coupled_control, broadcast_neighbor, lacp_strict
};

// A number (also for ifindex, seconds and named values), a MAC, or a list of addresses.
using BondValue = std::variant<std::uint64_t, Mac, std::vector<IpAddress>>;
using BondOptions = std::map<BondOption, BondValue>;

enum class BondType : std::uint8_t { u8, u16, u32, ifindex, mac, ipv4_list, ipv6_list };

// When the kernel takes a change: always; only with the bond down; only without slaves; only both.
enum class BondWhen : std::uint8_t { any, down, no_slaves, down_and_no_slaves };

struct NamedValue {
    std::string_view name;
    std::uint64_t value;
};

struct BondOptionRule {
    BondOption id;
    std::string_view name;                        // as in sysfs and in bonding.rst
    BondType type;
    std::uint64_t min, max;                       // for the number types
    std::uint8_t modes;                           // bit n: the kernel takes it in mode n
    std::uint8_t useful;                          // bit n: it has an effect in mode n
    BondWhen when;
    std::span<const NamedValue> names;            // empty: numbers only
    std::string_view unit;                        // "ms", "s", or empty
    std::uint64_t initial = 0;                    // the kernel's default, of a number
};

inline constexpr std::size_t max_bond_targets = 16;    // BOND_MAX_ARP_TARGETS, BOND_MAX_NS_TARGETS

// In the order in which a set of options must be written: mode first, the monitor before the delays
// that count in its units, targets before the interval that needs them, active_slave last.
std::span<const BondOptionRule> bond_option_rules();
const BondOptionRule& rule_of(BondOption option);
struct BondOptionAlias {
    std::string_view name;                        // "num_unsol_na" is num_grat_arp
    BondOption id;
};
std::span<const BondOptionAlias> bond_option_aliases();
// By kernel name, also by its aliases.  Null: no such option.
const BondOptionRule* find_bond_option(std::string_view name);

// The number that an option is set to; 0: the option is not there.
std::uint64_t number_of(const BondOptions& options, BondOption option);

bool allowed_in(const BondOptionRule& rule, BondMode mode);
bool useful_in(const BondOptionRule& rule, BondMode mode);
bool needs_down(const BondOptionRule& rule);      // the kernel takes it only with the bond down
std::string print_value(const BondOptionRule& rule, const BondValue& value);
// A name or a number within range.  Lists are parsed one element at a time and added by the caller;
// ifindex options (primary, active_slave) are references that the caller resolves: not parsed here.
std::optional<BondValue> parse_value(const BondOptionRule& rule, std::string_view text);

} // namespace had::core
