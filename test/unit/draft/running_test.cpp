#include "had/draft/draft.hpp"
#include "had/draft/running.hpp"

#include "test/boost_test.hpp"
#include "test/unit/draft/machine.hpp"

using namespace had;
using namespace had::core;
using namespace had::draft;

namespace {

struct Machine : test::DraftMachine {
    void mode(BondMode mode) { options[BondOption::mode] = static_cast<std::uint64_t>(mode); }
    void active_backup(const std::vector<std::string>& ports = {"eth0", "eth2"}) {
        mode(BondMode::active_backup);
        options.emplace(BondOption::miimon, std::uint64_t{100});
        bond("bond0", options, ports);
    }
    AnyRoute& route(std::string_view to, std::string_view via, const std::string& link, std::uint8_t protocol = 4) {
        AnyRoute one;
        one.way.via = ip_address_from(via);
        one.key.destination = *ip_prefix_from(to);
        one.key.table = main_table;
        one.key.metric = one.key.destination.address.family == IpFamily::v6 ? 1024 : 0;
        one.link = observed.names.at(link);
        one.protocol = protocol;
        given.push_back(one);
        return given.back();
    }
    std::string text() {
        Routes routes;
        for (const AnyRoute& one : given) routes.tell(one);
        Found found = running(observed, routes, usual);
        for (const AnyRule& rule : policy) add(found, rule);
        return print(draft_of(found, places_of(observed, table), "what runs"));
    }
    Config config() {
        ParsedConfig parsed = parse_config(text());
        BOOST_TEST(!has_errors(parsed.diagnostics));
        return std::move(parsed.config);
    }
    bool says(std::string_view what) {
        std::string all = text();
        for (std::size_t at; (at = all.find("\n;   ")) != std::string::npos;) all.replace(at, 5, " ");
        BOOST_TEST_MESSAGE(all);
        return all.find(what) != std::string::npos;
    }
    BondOptions options;
    Tunables usual;
    std::vector<AnyRoute> given;
    std::vector<AnyRule> policy;
    DriverTable table = parse_driver_table("[e1000]\nid = 8086:100e\n").table;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(draft_running, Machine)

BOOST_AUTO_TEST_CASE(a_bond_is_written_with_its_ports_by_slot) {
    active_backup();
    address("bond0", "10.0.1.1/24");
    address("bond0", "2001:db8::1/64");
    route("0.0.0.0/0", "10.0.1.254", "bond0");
    route("::/0", "2001:db8::fe", "bond0");
    route("10.2.0.0/16", "10.0.1.253", "bond0").key.metric = 5;
    const Config drafted = config();
    const BondConfig& one = *drafted.bond("bond0");
    BOOST_TEST((one.mode() == BondMode::active_backup));
    BOOST_TEST(one.net.addresses.size() == 2u);
    BOOST_TEST(one.net.routes.size() == 3u);
    BOOST_TEST((one.mac == MacPolicy(MacFirst{})));
    BOOST_REQUIRE(drafted.devices.size() == 2u);
    BOOST_TEST(drafted.devices[0].slot == "2");
    BOOST_TEST(drafted.devices[1].slot == "12");
    BOOST_TEST(drafted.slots.empty());
}

BOOST_AUTO_TEST_CASE(only_options_that_differ_from_the_kernels_choice_are_written) {
    options[BondOption::num_grat_arp] = std::uint64_t{1};
    options[BondOption::downdelay] = std::uint64_t{200};
    options[BondOption::xmit_hash_policy] = std::uint64_t{1};  // which active-backup does not use
    options[BondOption::arp_ip_target] = std::vector<IpAddress>{};
    active_backup();
    const BondOptions drafted = config().bond("bond0")->options;
    BOOST_TEST(drafted.contains(BondOption::downdelay));
    BOOST_TEST(!drafted.contains(BondOption::num_grat_arp));
    BOOST_TEST(!drafted.contains(BondOption::xmit_hash_policy));
    BOOST_TEST(!drafted.contains(BondOption::arp_ip_target));
}

BOOST_AUTO_TEST_CASE(what_an_interface_forgets_is_written_where_it_is_not_as_a_new_one_has_it) {
    active_backup();
    address("bond0", "10.0.1.1/24");
    address("eno1", "192.0.2.9/24");
    usual = {{"net.ipv4.conf.rp_filter", "0"}, {"net.ipv4.conf.arp_ignore", "0"}, {"net.ipv6.conf.disable_ipv6", "0"}};
    const auto set = [&](const char* name, const char* word, const char* value) {
        Tunables& words = observed.tunables[observed.names.at(name)];
        if (words.empty()) words = usual;
        words[word] = value;
    };
    set("bond0", "net.ipv4.conf.rp_filter", "2");
    set("eth0", "net.ipv4.conf.arp_ignore", "1");
    set("eth0", "net.ipv6.conf.disable_ipv6", "1"); // a port of a bond has none anyway
    set("eno1", "net.ipv6.conf.disable_ipv6", "1");
    set("eno1", "net.ipv4.conf.not_of_a_new_one", "1");
    named("bond0").queue = 500;
    const Config drafted = config();
    BOOST_CHECK((drafted.bond("bond0")->tuning.words ==
                 Tunables{{"net.ipv4.conf.rp_filter", "2"}, {"txqueuelen", "500"}}));
    BOOST_TEST(!drafted.bond("bond0")->tuning.ipv6);
    BOOST_REQUIRE(drafted.configs.size() == 3u);    // one of two ports is not like the other
    const RoleConfig& alone = *drafted.config("as-eno1");
    BOOST_CHECK(alone.tuning.ipv6 == Ipv6Use::off);
    BOOST_TEST(alone.tuning.words.empty());
}

BOOST_AUTO_TEST_CASE(what_is_set_of_a_port_that_is_left_alone_is_said_to_be_left_out) {
    active_backup();
    usual = {{"net.ipv4.conf.rp_filter", "0"}};
    observed.tunables[observed.names.at("eno1")] = {{"net.ipv4.conf.rp_filter", "2"}};
    BOOST_TEST(!config().config("as-eno1"));
    BOOST_TEST(says("eno1: nothing is to be done with it, so what is set of it is left out"));
}

BOOST_AUTO_TEST_CASE(labels_are_written_where_they_begin_with_the_interfaces_name) {
    active_backup();
    address("bond0", "10.0.1.1/24");
    address("bond0", "10.0.2.1/24");
    address("bond0", "10.0.3.1/24");
    auto& all = observed.addresses.at(observed.names.at("bond0"));
    all.at(0).label = "bond0";
    all.at(1).label = "bond0:two";
    all.at(2).label = "web";
    BOOST_CHECK((config().bond("bond0")->net.labels ==
                 std::map<IpPrefix, std::string>{{*ip_prefix_from("10.0.2.1/24"), ":two"}}));
    BOOST_TEST(says("10.0.3.1/24: its label, web, does not begin with the interface's name"));
}

BOOST_AUTO_TEST_CASE(a_primary_is_named_by_its_slot_and_how_to_return_to_it_only_with_one) {
    options[BondOption::primary_reselect] = std::uint64_t{2};
    active_backup();
    BOOST_TEST(!config().bond("bond0")->options.contains(BondOption::primary_reselect));
    named("bond0").bond->options[BondOption::primary] = static_cast<std::uint64_t>(named("eth2").index);
    BOOST_TEST(config().bond("bond0")->primary == "12.0");
    BOOST_TEST(config().bond("bond0")->options.contains(BondOption::primary_reselect));
}

BOOST_AUTO_TEST_CASE(an_address_that_no_port_brought_is_written) {
    active_backup();
    named("bond0").address = {{2, 0, 0, 0, 0, 9}};
    BOOST_TEST((config().bond("bond0")->mac == MacPolicy(Mac{{2, 0, 0, 0, 0, 9}})));
    named("bond0").bond->options[BondOption::fail_over_mac] = std::uint64_t{1};
    BOOST_TEST(!config().bond("bond0")->mac_given);
}

BOOST_AUTO_TEST_CASE(a_bond_that_nothing_watches_is_told_with_what_the_daemon_does) {
    options[BondOption::miimon] = std::uint64_t{0};
    active_backup();
    BOOST_TEST(number_of(config().bond("bond0")->options, BondOption::miimon) == 100u);
    BOOST_TEST(says("nothing watches its links"));
}

BOOST_AUTO_TEST_CASE(a_card_without_a_slot_gets_a_section_and_a_name_of_its_own) {
    address("eno1", "192.0.2.9/24");
    const Config drafted = config();
    BOOST_REQUIRE(drafted.slots.size() == 1u);
    BOOST_TEST(to_string(drafted.slots[0].location) == "path 0000:00:1f");
    BOOST_REQUIRE(drafted.devices.size() == 1u);
    BOOST_TEST(drafted.devices[0].slot == drafted.slots[0].name);
    BOOST_TEST(drafted.configs[0].net.addresses.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_number_that_two_slots_claim_is_written_with_its_location) {
    KernelSlot twin = observed.slots.at("16");
    twin.name = "2-1";
    twin.device = 17;
    observed.slots.emplace(twin.name, twin);
    active_backup();
    const Config drafted = config();
    BOOST_REQUIRE(drafted.slots.size() == 1u);
    BOOST_TEST(drafted.slots[0].name == "2");
    BOOST_TEST(to_string(drafted.slots[0].location) == "path 0000:00:02");
}

BOOST_AUTO_TEST_CASE(a_slot_whose_name_reads_as_a_range_gets_a_name_that_does_not) {
    KernelSlot slot = observed.slots.at("12");
    observed.slots.erase("12");
    slot.name = "3-1";
    observed.slots.emplace(slot.name, slot);
    active_backup();
    const Config drafted = config();
    BOOST_REQUIRE(drafted.slots.size() == 1u);
    BOOST_TEST(drafted.slots[0].name == "slot3-1");
    BOOST_TEST(to_string(drafted.slots[0].location) == "path 0000:00:0c");
}

BOOST_AUTO_TEST_CASE(what_the_kernel_keeps_from_others_than_root_is_told) {
    mode(BondMode::lacp);
    options[BondOption::miimon] = std::uint64_t{100};
    bond("bond0", options, {"eth0", "eth2"});
    BOOST_TEST(says("to root only"));
    named("bond0").bond->options[BondOption::ad_actor_sys_prio] = std::uint64_t{65535};
    BOOST_TEST(!says("to root only"));
}

BOOST_AUTO_TEST_CASE(a_vlan_stands_on_its_bond_or_on_its_port) {
    active_backup();
    for (const auto& [name, lower, id] : {std::tuple("vlan5", "bond0", 5), std::tuple("vlan6", "eth4", 6)}) {
        Link& one = link(name, "vlan");
        one.lower = named(lower).index;
        one.vlan_id = static_cast<std::uint16_t>(id);
    }
    address("vlan5", "10.5.0.1/24");
    const Config drafted = config();
    BOOST_TEST(drafted.vlan("vlan5")->on == "bond0");
    BOOST_TEST(drafted.vlan("vlan5")->net.addresses.size() == 1u);
    BOOST_TEST(drafted.vlan("vlan6")->on == "16.0");
    BOOST_TEST(drafted.devices.back().slot == "16");           // or nobody would set its port up
}

BOOST_AUTO_TEST_CASE(addresses_that_somebody_renews_stay_his_and_are_told) {
    active_backup();
    address("bond0", "10.0.1.77/24").permanent = false;
    address("bond0", "10.0.1.78/24").peer = ip_address_from("10.0.1.79");
    address("bond0", "fe80::1/64").link_scope = true;
    BOOST_TEST(config().bond("bond0")->net.addresses.empty());
    BOOST_TEST(says("10.0.1.77/24: it is there for a time only"));
    BOOST_TEST(says("10.0.1.78/24: it has a peer"));
    BOOST_TEST(!says("fe80"));
}

BOOST_AUTO_TEST_CASE(an_address_without_a_broadcast_address_is_written_so) {
    active_backup();
    address("bond0", "10.0.1.1/24").broadcast.reset();
    BOOST_TEST(says("broadcast = none\n"));
    address("bond0", "10.0.2.1/24");
    BOOST_TEST(!says("broadcast = none\n"));
    BOOST_TEST(says("some of its addresses have no broadcast address"));
}

BOOST_AUTO_TEST_CASE(routes_that_a_daemon_makes_are_counted_and_others_told_with_their_reason) {
    active_backup();
    address("bond0", "10.0.1.1/24");
    for (int i = 0; i < 3; ++i) route("10.9.0.0/16", "10.0.1.254", "bond0", 186);
    route("10.3.0.0/16", "10.0.1.254", "bond0", 2);
    route("10.4.0.0/16", "10.0.1.254", "bond0").odd = "it leads into a tunnel";
    route("10.5.0.0/16", "10.77.0.1", "bond0");
    BOOST_TEST(config().bond("bond0")->net.routes.empty());
    BOOST_TEST(says("3 routes of bgpd are not written"));
    BOOST_TEST(!says("10.3.0.0"));
    BOOST_TEST(says("route 10.4.0.0/16 via 10.0.1.254: it leads into a tunnel"));
    // In the parser's own words: it is the one who knows.
    BOOST_TEST(says("; route = 10.5.0.0/16 via 10.77.0.1    "
                    "(gateway 10.77.0.1 is in the network of no 'address' here; where it is on the link all the same, "
                    "say 'onlink' behind it)"));
}

BOOST_AUTO_TEST_CASE(routes_on_the_link_and_blackholes_are_written_with_what_they_say) {
    active_backup();
    address("bond0", "10.0.1.1/24");
    route("10.6.0.0/16", "", "bond0").way.source = ip_address_from("10.0.1.1");
    route("10.7.0.0/16", "192.0.2.1", "bond0").way.onlink = true;
    route("10.8.0.0/16", "", "bond0").way.blackhole = true;
    route("10.9.0.0/16", "10.0.1.254", "bond0").way.mtu = 1400;
    for (const char* line : {"\nroute = 10.6.0.0/16 src 10.0.1.1\n", "\nroute = 10.7.0.0/16 via 192.0.2.1 onlink\n",
                             "\nroute = blackhole 10.8.0.0/16\n", "\nroute = 10.9.0.0/16 via 10.0.1.254 mtu 1400\n"})
        BOOST_TEST(says(line), line);
}

BOOST_AUTO_TEST_CASE(rules_stand_with_an_address_that_they_are_about) {
    active_backup();
    address("bond0", "10.0.1.1/24");
    const auto rule = [](std::string_view from) { return Rule{*ip_prefix_from(from), 100, 1000}; };
    policy = {{"of bond0", rule("10.0.0.0/16")}, {"of nobody", rule("10.9.0.0/16")}, {"iif eth7", std::nullopt}};
    BOOST_TEST(config().bond("bond0")->net.rules.size() == 1u);
    BOOST_TEST(says("\nrule = from 10.0.0.0/16 table 100 priority 1000\n"));
    BOOST_TEST(says("rule of nobody: no interface here has an address from there"));
    BOOST_TEST(says("rule iif eth7: had.conf has rules of the form"));
}

BOOST_AUTO_TEST_CASE(a_driver_that_the_table_lacks_is_written_as_its_lines) {
    active_backup();
    BOOST_TEST(!says("pcidrivers.conf"));
    table = {};
    BOOST_TEST(says("/etc/pcidrivers.conf has no driver for slots 2 and 12; what drives it"));
    BOOST_TEST(says("[e1000]"));
    BOOST_TEST(says("id = 8086:100e"));
    BOOST_TEST(!says("slot 16"));                      // which the draft does not use
}

BOOST_AUTO_TEST_CASE(a_port_of_no_card_is_told_and_its_line_is_prepared) {
    link("usb0", "");
    named("usb0").permanent = named("usb0").address = test::mac_of(99, 0);
    active_backup({"eth0", "usb0"});
    BOOST_TEST(config().devices.size() == 1u);
    BOOST_TEST(says("usb0: its slot is not known: it belongs to no PCI card"));
    BOOST_TEST(says("SLOT.PORT = to-bond0"));
}

BOOST_AUTO_TEST_CASE(what_stands_under_a_bridge_is_told_and_the_bridge_is_nobodys_section) {
    active_backup();
    named("bond0").master = link("vmbr0", "bridge").index;
    address("vmbr0", "10.0.1.1/24");
    BOOST_TEST(says("it is a port of vmbr0 (bridge), which another program makes"));
    BOOST_TEST(config().bonds.size() == 1u);
    BOOST_TEST(!says("[config as-vmbr0]"));
}

BOOST_AUTO_TEST_CASE(a_host_of_many_containers_has_room_for_its_own) {
    for (int i = 0; i < 1000; ++i) link("veth" + std::to_string(i), "veth");
    active_backup();
    route("10.5.0.0/16", "10.77.0.1", "veth7");
    BOOST_TEST(config().devices.size() == 2u);
    BOOST_TEST(!says("veth"));
}

BOOST_AUTO_TEST_CASE(what_is_down_is_told_since_the_daemon_sets_it_up) {
    active_backup();
    BOOST_TEST(!says("it is down now"));
    named("bond0").up = false;
    BOOST_TEST(says("it is down now, and the daemon sets it up"));
}

BOOST_AUTO_TEST_CASE(ports_of_one_bond_with_options_of_their_own_have_configs_of_their_own) {
    active_backup({"eth0", "eth1", "eth2"});
    named("eth1").slave->queue_id = 3;
    const Config drafted = config();
    BOOST_TEST(drafted.configs.size() == 2u);
    BOOST_TEST(*drafted.config(drafted.devices[1].config)->port.queue_id == 3);
    BOOST_TEST(drafted.devices[0].config == drafted.devices[2].config);
}

BOOST_AUTO_TEST_CASE(routes_that_are_told_anew_are_there_once) {
    address("eth4", "10.9.0.1/24");
    const AnyRoute v4 = route("10.2.0.0/16", "10.9.0.2", "eth4"), v6 = route("fd00:2::/64", "fd00::2", "eth4");
    Routes all, these;
    these.restart();
    these.tell(v4);
    all.add(these);
    these.restart();
    these.tell(v6);
    these.restart();                          // the first answer was interrupted
    these.tell(v6);
    all.add(these);
    BOOST_TEST(all.kept.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_bonds_port_that_is_asked_for_comes_with_its_bond) {
    active_backup();
    Found found = running(observed, {}, {});
    std::string missing;
    BOOST_TEST(keep_only(found, {"eth0"}, missing));
    BOOST_TEST(found.interfaces.size() == 3u);
    const std::string text = print(draft_of(found, places_of(observed, table), "what runs"));
    BOOST_TEST(text.find("[bond bond0]") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_port_that_is_asked_for_and_has_nothing_is_told) {
    Found found = running(observed, {}, {});
    std::string missing;
    BOOST_TEST(keep_only(found, {"eth4"}, missing));
    const std::string text = print(draft_of(found, places_of(observed, table), "what runs"));
    BOOST_TEST(text.find("; eth4: it has no address") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(those_that_are_asked_for_come_with_what_they_are_made_of) {
    active_backup();
    Link& one = link("vlan5", "vlan");
    one.lower = named("bond0").index;
    one.vlan_id = 5;
    address("eth4", "10.9.0.1/24");
    Found found = running(observed, {}, {});
    std::string missing;
    BOOST_TEST(keep_only(found, {"vlan5"}, missing));
    BOOST_TEST(found.interfaces.size() == 4u);                 // it, its bond, and the two ports
    BOOST_TEST(!keep_only(found, {"eth4"}, missing));
    BOOST_TEST(missing == "eth4");
}

BOOST_AUTO_TEST_SUITE_END()
