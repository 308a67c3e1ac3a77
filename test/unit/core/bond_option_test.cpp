#include "had/core/config/bond_option.hpp"

#include "test/boost_test.hpp"

#include <set>

using namespace had::core;

namespace {

const BondOptionRule& rule(std::string_view name) {
    const BondOptionRule* found = find_bond_option(name);
    BOOST_REQUIRE_MESSAGE(found != nullptr, name);
    return *found;
}

std::optional<std::uint64_t> number(std::string_view name, std::string_view text) {
    const auto value = parse_value(rule(name), text);
    if (!value) return std::nullopt;
    return std::get<std::uint64_t>(*value);
}

std::ptrdiff_t place(BondOption option) { return &rule_of(option) - bond_option_rules().data(); }

} // namespace

BOOST_AUTO_TEST_SUITE(bond_options)

// IFLA_BOND_MAX is 34 in the newest kernel; ad_info is read only and 23.
BOOST_AUTO_TEST_CASE(every_settable_attribute_has_one_rule) {
    std::set<int> seen;
    for (const BondOptionRule& one : bond_option_rules()) {
        BOOST_TEST(seen.insert(static_cast<int>(one.id)).second, one.name);
        BOOST_TEST(&rule_of(one.id) == &one);
        BOOST_TEST(find_bond_option(one.name) == &one);
    }
    for (int attribute = 1; attribute <= 34; ++attribute) {
        BOOST_TEST(seen.count(attribute) == (attribute == 23 ? 0u : 1u), attribute);
    }
    BOOST_CHECK_THROW(rule_of(BondOption::ad_info), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(an_option_is_useful_only_where_the_kernel_takes_it) {
    for (const BondOptionRule& one : bond_option_rules()) {
        BOOST_TEST((one.useful & ~one.modes) == 0, one.name);
        BOOST_TEST(one.useful != 0, one.name);
    }
}

BOOST_AUTO_TEST_CASE(a_set_of_options_is_written_in_the_order_that_the_kernel_needs) {
    using enum BondOption;
    BOOST_TEST(place(mode) == 0);
    BOOST_TEST(place(miimon) < place(updelay));
    BOOST_TEST(place(miimon) < place(downdelay));
    BOOST_TEST(place(miimon) < place(peer_notif_delay));
    BOOST_TEST(place(arp_ip_target) < place(arp_interval));
    BOOST_TEST(place(ns_ip6_target) < place(arp_interval));
    BOOST_TEST(place(arp_interval) < place(arp_validate));
    BOOST_TEST(place(active_slave) == std::ssize(bond_option_rules()) - 1);
}

BOOST_AUTO_TEST_CASE(an_alias_finds_the_option_it_means) {
    BOOST_TEST(&rule("num_unsol_na") == &rule("num_grat_arp"));
    BOOST_TEST(find_bond_option("num_unsol") == nullptr);
    for (const BondOptionAlias& alias : bond_option_aliases()) {
        BOOST_TEST(&rule(alias.name) == &rule_of(alias.id));
    }
}

BOOST_AUTO_TEST_CASE(a_named_value_is_read_by_name_and_by_number_and_printed_by_name) {
    BOOST_TEST(number("mode", "active-backup").value() == 1u);
    BOOST_TEST(number("mode", "6").value() == 6u);
    BOOST_TEST(!number("mode", "7"));
    BOOST_TEST(!number("mode", "Active-Backup"));
    BOOST_TEST(number("xmit_hash_policy", "vlan+srcmac").value() == 5u);
    BOOST_TEST(number("lacp_rate", "fast").value() == 1u);
    BOOST_TEST(print_value(rule("mode"), std::uint64_t{4}) == "802.3ad");
    BOOST_TEST(print_value(rule("miimon"), std::uint64_t{100}) == "100");
    BOOST_TEST(to_string(BondMode::lacp) == "802.3ad");
    BOOST_TEST(to_string(BondMode::balance_rr) == "balance-rr");
}

BOOST_AUTO_TEST_CASE(every_name_of_every_option_is_read_back) {
    for (const BondOptionRule& one : bond_option_rules()) {
        for (const NamedValue& named : one.names) {
            BOOST_TEST(number(one.name, named.name).value() == named.value, one.name);
            BOOST_TEST(number(one.name, std::to_string(named.value)).value() == named.value,
                       one.name);
            BOOST_TEST(print_value(one, named.value) == named.name);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_number_must_be_in_the_kernels_range) {
    BOOST_TEST(number("miimon", "0").value() == 0u);
    BOOST_TEST(number("miimon", "2147483647").value() == 2147483647u);
    BOOST_TEST(!number("miimon", "2147483648"));
    BOOST_TEST(!number("miimon", "-1"));
    BOOST_TEST(!number("miimon", "100ms"));
    BOOST_TEST(!number("lp_interval", "0"));
    BOOST_TEST(!number("arp_missed_max", "0"));
    BOOST_TEST(number("peer_notif_delay", "300000").value() == 300000u);
    BOOST_TEST(!number("peer_notif_delay", "300001"));
}

BOOST_AUTO_TEST_CASE(lists_are_read_one_address_at_a_time_and_of_one_kind) {
    const auto target = parse_value(rule("arp_ip_target"), "10.0.0.1");
    BOOST_TEST(print_value(rule("arp_ip_target"), target.value()) == "10.0.0.1");
    BOOST_TEST(!parse_value(rule("arp_ip_target"), "2001:db8::1"));
    BOOST_TEST(!parse_value(rule("ns_ip6_target"), "10.0.0.1"));
    const std::vector<IpAddress> two = {*ip_address_from("10.0.0.1"), *ip_address_from("10.0.0.2")};
    BOOST_TEST(print_value(rule("arp_ip_target"), two) == "10.0.0.1 10.0.0.2");
}

BOOST_AUTO_TEST_CASE(a_mac_option_is_a_mac_address_and_a_port_is_not_read_here) {
    const auto mac = parse_value(rule("ad_actor_system"), "02-00-00-00-00-01");
    BOOST_TEST(print_value(rule("ad_actor_system"), mac.value()) == "02:00:00:00:00:01");
    BOOST_TEST(!parse_value(rule("ad_actor_system"), "1"));
    BOOST_TEST(!parse_value(rule("primary"), "2"));
}

BOOST_AUTO_TEST_CASE(modes_are_the_kernels) {
    BOOST_TEST(allowed_in(rule("primary"), BondMode::active_backup));
    BOOST_TEST(!allowed_in(rule("primary"), BondMode::lacp));
    BOOST_TEST(!allowed_in(rule("arp_interval"), BondMode::lacp));
    BOOST_TEST(allowed_in(rule("fail_over_mac"), BondMode::lacp));
    BOOST_TEST(!useful_in(rule("fail_over_mac"), BondMode::lacp));
}

BOOST_AUTO_TEST_CASE(a_mode_of_a_newer_kernel_is_unknown_and_takes_no_option) {
    for (const unsigned number : {7U, 40U, 255U}) {
        const auto mode = static_cast<BondMode>(number);
        BOOST_TEST(to_string(mode) == "unknown");
        BOOST_TEST(!allowed_in(rule("miimon"), mode));
        BOOST_TEST(!useful_in(rule("miimon"), mode));
    }
}

BOOST_AUTO_TEST_SUITE_END()
