#include "had/core/plan/plan.hpp"
#include "had/core/policy/failover.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

using Lines = std::vector<std::string>;

bool has(const Lines& lines, std::string_view line) {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

} // namespace

BOOST_AUTO_TEST_SUITE(plan)

BOOST_AUTO_TEST_CASE(where_all_is_as_wanted_nothing_is_planned) {
    World world;
    let_serve(world);
    BOOST_TEST(world.wanted() == Lines{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_plan_for_people_does_not_stop_at_the_missing_bonding_driver) {
    World world;
    insert_card(world);
    BOOST_TEST(world.wanted() == Lines{"load module bonding"}, boost::test_tools::per_element());
    world.ahead = true;
    BOOST_TEST(has(world.wanted(), "enslave eth1 to bond0"));
}

BOOST_AUTO_TEST_CASE(every_action_says_why) {
    World world;
    insert_card(world);
    world.ahead = true;
    for (const Action& action : world.plan().actions) {
        BOOST_TEST(!action.reason.empty(), to_string(action.operation));
        BOOST_TEST(!action.object.name.empty(), to_string(action.operation));
    }
}

BOOST_AUTO_TEST_CASE(an_interface_of_the_bonds_name_that_is_no_bond_is_left_alone_and_told) {
    World world;
    world.hear(LinkSeen{nic(5, "bond0")});
    world.hear(LinkSeen{bond(6, "bond7")}); // the driver is there
    BOOST_TEST(world.wanted().empty());
    BOOST_TEST(world.plan().note_of(bond_id("bond0")).problem ==
               "an interface named bond0 exists and is no bond: rename or delete it");
}

BOOST_AUTO_TEST_CASE(an_option_that_this_kernel_lacks_is_told_and_does_not_stop_the_rest) {
    World world(
        "[bond bond0]\nmode = active-backup\nmiimon = 100\nnum_grat_arp = 3\nresend_igmp = 2\n");
    Link link = bond(9, "bond0");
    link.bond->options.erase(BondOption::num_grat_arp);
    world.hear(LinkSeen{link});
    BOOST_TEST(world.plan().note_of(bond_id("bond0")).problem ==
               "this kernel's bonding driver has no option num_grat_arp");
    BOOST_TEST(world.wanted() == Lines{"set bond0 resend_igmp 2"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_option_of_one_mode_is_not_missed_before_the_bond_is_in_it) {
    World world("[bond bond0]\nmode = 802.3ad\nmiimon = 100\nad_actor_sys_prio = 7\n"
                "[config member]\nbond = bond0\n[devices]\n2.0 = member\n");
    let_serve(world);
    Link link = *world.observed.link("bond0");
    link.bond->options.erase(BondOption::ad_actor_sys_prio);
    world.hear(LinkSeen{link});
    const Plan planned = world.plan();
    BOOST_TEST(planned.note_of(bond_id("bond0")).problem.empty());
    BOOST_TEST(planned.note_of(bond_id("bond0")).waiting.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_port_whose_device_the_bus_has_taken_back_is_not_released_by_hand) {
    World world("[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = 10.0.1.1/24\n");
    let_serve(world);
    world.hear(NetDeviceGone{2});
    BOOST_TEST(world.wanted() == Lines{"release eth1 from bond0"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_bond_that_follows_its_active_ports_address_gets_none_of_its_own) {
    World world("[bond bond0]\nmode = active-backup\nmiimon = 100\nfail_over_mac = active\n");
    world.ahead = true;
    const Plan planned = world.plan();
    const auto created =
        std::find_if(planned.actions.begin(), planned.actions.end(), [](const Action& a) {
            return std::holds_alternative<CreateBond>(a.operation);
        });
    BOOST_REQUIRE((created != planned.actions.end()));
    BOOST_TEST(!std::get<CreateBond>(created->operation).address);
}

BOOST_AUTO_TEST_CASE(an_adopted_bond_keeps_its_address_unless_the_file_names_one) {
    World silent,
        given("[bond bond0]\nmode = active-backup\nmiimon = 100\nmac = 02:00:00:00:00:01\n");
    for (World* world : {&silent, &given}) {
        world->hear(LinkSeen{bond(9, "bond0")});
        world->hear(AddressSeen{address(9, "10.0.1.1/24")});
        world->hear(ConnectedSeen{connected(9, "10.0.1.0/24")});
    }
    BOOST_TEST(silent.wanted() == Lines{}, boost::test_tools::per_element());
    BOOST_TEST(given.wanted() == Lines{"set bond0 address 02:00:00:00:00:01"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_anothers_hand_set_and_the_file_does_not_name_is_his) {
    World world;
    let_serve(world);
    Link link = *world.observed.link("bond0");
    link.bond->options[BondOption::num_grat_arp] = std::uint64_t{7};
    world.hear(LinkSeen{link});
    BOOST_TEST(world.wanted() == Lines{}, boost::test_tools::per_element());
    world.owned.bond_options = {{"bond0", "num_grat_arp"}};
    BOOST_TEST(world.wanted() == Lines{"set bond0 num_grat_arp 1"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_subdevice_0_has_the_plain_config_of_a_whole_slot) {
    const World world("[config plain]\naddress = 10.0.0.1/8\n[config other]\naddress = 11.0.0.1/8\n"
                      "[bond bond0]\nmode = active-backup\nmiimon = 100\n"
                      "[config member]\nbond = bond0\n"
                      "[devices]\n2 = plain\n3 = member\n3.1 = other\n");
    const auto role = [&](const PortName& port) {
        const RoleConfig* found = role_of(world.config, port);
        return found ? found->name : "none";
    };
    BOOST_TEST(role({"2", 0, 0}) == "plain");
    BOOST_TEST(role({"2", 0, 1}) == "none");
    BOOST_TEST(role({"2", 1, 0}) == "none");
    BOOST_TEST(role({"3", 0, 0}) == "member");
    BOOST_TEST(role({"3", 1, 0}) == "other");
    BOOST_TEST(role({"3", 7, 0}) == "member");
    BOOST_TEST(role({"4", 0, 0}) == "none");
}

BOOST_AUTO_TEST_CASE(a_stable_address_is_local_and_of_one_machine_and_one_bond) {
    const Mac mac = stable_mac("machine", "bond0");
    BOOST_TEST((mac.bytes[0] & 0x03) == 0x02);
    BOOST_TEST((mac == stable_mac("machine", "bond0")));
    BOOST_TEST((mac != stable_mac("machine", "bond1")));
    BOOST_TEST((mac != stable_mac("another", "bond0")));
    // For good: another value would change the address of every chassis that is upgraded.
    BOOST_TEST(to_string(stable_mac("0123456789abcdef", "bond0")) == "da:77:10:90:01:b9");
}

BOOST_AUTO_TEST_CASE(delays_are_compared_as_the_kernel_rounds_them) {
    const World world(
        "[bond bond0]\nmode = active-backup\nmiimon = 100\nupdelay = 250\ndowndelay = 300\n");
    const BondOptions options = kernel_options(world.config.bonds[0]);
    BOOST_TEST((options.at(BondOption::updelay) == BondValue(std::uint64_t{200})));
    BOOST_TEST((options.at(BondOption::downdelay) == BondValue(std::uint64_t{300})));
}

BOOST_AUTO_TEST_CASE(a_module_that_runs_for_one_slot_is_not_started_for_another) {
    World world("[config plain]\naddress = 10.0.0.1/8\n[config other]\naddress = 10.1.0.1/16\n"
                "[devices]\n2.0 = plain\n3.0 = other\n");
    world.table = parse_driver_table("[e1000]\nid = 8086:100e\n").table;
    for (const auto* n : {"2", "3"}) {
        world.hear(SlotSeen{slot(n, std::string("0000:00:0") + n)});
        const std::string place = std::string("0000:00:0") + n + ".0";
        world.hear(FunctionSeen{function({place})});
    }
    BOOST_TEST(world.wanted() == Lines{"load module e1000 for slot 2"},
               boost::test_tools::per_element());
    world.attempts.began(LoadModule{.module = "e1000", .slot = "2", .insertion = 1}, TimePoint{});
    BOOST_TEST(world.wanted() == Lines{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_port_is_left_alone_until_its_drivers_probe_has_ended) {
    World world("[config plain]\naddress = 10.0.0.1/8\n[devices]\n2.0 = plain\n");
    insert_card(world);
    const Lines all = world.wanted();
    BOOST_TEST(has(all, "set eth0 up"));
    PciFunction probing = function({"0000:00:02.0"}, 0x1010, "e1000");
    probing.probing = true;
    for (const PciFunction& not_yet : {function({"0000:00:02.0"}, 0x1010), probing}) {
        world.hear(FunctionSeen{not_yet});
        BOOST_TEST(world.wanted() == Lines{}, boost::test_tools::per_element());
    }
    BOOST_TEST(world.plan().note_of(port_id({"2", 0, 0})).doing == "waiting for its driver to be ready");
    world.hear(FunctionSeen{function({"0000:00:02.0"}, 0x1010, "e1000")});
    BOOST_TEST(world.wanted() == all, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_address_is_as_wanted_in_all_that_the_daemon_would_set) {
    using Spoil = void (*)(Address&);
    const std::pair<Spoil, std::string_view> all[] = {
        {[](Address& a) { a.permanent = false; }, "it is there for a time only"},
        {[](Address& a) { a.preferred = false; }, "it is not to be used any more, or not for ever"},
        {[](Address& a) { a.metric = 7; }, "the route of its network has metric 7"},
        {[](Address& a) { a.broadcast.reset(); }, "it has no broadcast address"},
        {[](Address& a) { a.broadcast = ip_address_from("10.0.1.7"); }, "its broadcast address is 10.0.1.7"},
        {[](Address& a) { a.peer = ip_address_from("10.0.1.9"); }, "it has the peer 10.0.1.9"},
        {[](Address& a) { a.no_route = true; }, "it was added without the route of its network"},
        {[](Address& a) { a.scope = 253; }, "it has another scope"},
    };
    for (const auto& [spoil, why] : all) {
        World world;
        let_serve(world);
        Address other = world.observed.addresses_of(9).front();
        world.hear(AddressGone{other});
        spoil(other);
        world.hear(AddressSeen{other});
        const Plan planned = world.plan();
        BOOST_REQUIRE_MESSAGE(planned.actions.size() == 1u, why);
        BOOST_TEST(to_string(planned.actions[0].operation) == "replace 10.0.1.1/24 on bond0");
        BOOST_TEST(planned.actions[0].reason.ends_with(why), planned.actions[0].reason);
    }
}

BOOST_AUTO_TEST_CASE(a_broadcast_address_of_zeros_is_none_to_the_kernel) {
    World world("[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = 10.0.1.1/31 10.0.2.1/32\n");
    world.hear(LinkSeen{bond(9, "bond0")});
    for (const char* text : {"10.0.1.1/31", "10.0.2.1/32"}) world.hear(AddressSeen{address(9, text)});
    world.hear(ConnectedSeen{connected(9, "10.0.1.0/31")});
    BOOST_TEST(world.wanted().empty());
}

BOOST_AUTO_TEST_CASE(an_ipv6_address_with_another_length_is_replaced_and_an_ipv4_one_is_another_address) {
    World world("[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = 10.0.1.1/24 2001:db8::1/64\n");
    world.hear(LinkSeen{bond(9, "bond0")});
    world.hear(AddressSeen{address(9, "10.0.1.1/25")});
    world.hear(AddressSeen{address(9, "2001:db8::1/128")});
    BOOST_TEST((world.wanted() == Lines{"add 10.0.1.1/24 to bond0", "replace 2001:db8::1/64 on bond0"}));
}

BOOST_AUTO_TEST_CASE(the_route_of_a_network_is_missed_only_where_the_kernel_makes_one) {
    World world("[bond bond0]\nmode = active-backup\nmiimon = 100\n"
                "address = 10.0.1.1/24 10.0.1.2/24 10.0.2.1/32 2001:db8::1/64 fe80::1/64\n");
    Link link = bond(9, "bond0");
    world.hear(LinkSeen{link});
    for (const char* text : {"10.0.1.1/24", "10.0.1.2/24", "10.0.2.1/32", "2001:db8::1/64", "fe80::1/64"}) {
        Address each = address(9, text);
        each.secondary = std::string_view(text) == "10.0.1.2/24";
        world.hear(AddressSeen{each});
    }
    BOOST_TEST((world.wanted() == Lines{"add route 10.0.1.0/24 of 10.0.1.1 to bond0",
                                        "add route 2001:db8::/64 of 2001:db8::1 to bond0"}));
    link.up = false;
    world.hear(LinkSeen{link});
    BOOST_TEST((world.wanted() == Lines{"set bond0 up"}));
}

BOOST_AUTO_TEST_CASE(a_bond_in_a_vrf_gets_the_route_of_its_network_in_the_vrfs_table) {
    World world;
    let_serve(world);
    Link vrf = nic(20, "blue"), link = *world.observed.link("bond0");
    vrf.kind = "vrf";
    vrf.vrf_table = 5000;
    link.master = 20;
    world.hear(LinkSeen{vrf});
    world.hear(LinkSeen{link});
    world.hear(ConnectedGone{connected(9, "10.0.1.0/24")});
    const Plan planned = world.plan();
    BOOST_REQUIRE(planned.actions.size() == 1u);
    const auto* connect = std::get_if<Connect>(&planned.actions[0].operation);
    BOOST_TEST((connect && connect->table == 5000));
}

BOOST_AUTO_TEST_CASE(a_member_gets_back_the_address_of_its_mode) {
    const Mac own{{0x52, 0x54, 0, 0, 0, 3}}, others{{0x52, 0x54, 0, 0x99, 0x99, 0x99}};
    const Mac bonds = stable_mac("machine", "bond0");
    const std::tuple<std::uint64_t, std::uint64_t, std::optional<Mac>> all[] = {
        {0, 0, bonds}, {1, 0, bonds}, {2, 0, bonds}, {3, 0, bonds}, {4, 0, bonds},
        {5, 0, own},   {6, 0, own},   {1, 1, own},   {1, 2, own},   {4, 1, bonds}};
    for (const auto& [mode, moves, want] : all) {
        Link link = bond(9, "bond0"), member = slave(3, "eth1", 9);
        link.bond->options[BondOption::mode] = mode;
        link.bond->options[BondOption::fail_over_mac] = moves;
        member.slave->permanent = own;
        member.address = others;
        Observed observed;
        fold(observed, LinkSeen{link});
        fold(observed, LinkSeen{member});
        BOOST_TEST((address_of_member(member, link, observed) == want), "mode " << mode << ", fail_over_mac " << moves);
        BOOST_TEST(!is_whole(member, link, observed));
        member.address = *want;
        BOOST_TEST(is_whole(member, link, observed));
        member.mtu = 9000;
        BOOST_TEST(!is_whole(member, link, observed));
    }
}

BOOST_AUTO_TEST_CASE(where_the_kernel_trades_addresses_a_member_has_one_of_them) {
    Link link = bond(9, "bond0");
    link.bond->options[BondOption::mode] = std::uint64_t{6};
    Observed observed;
    Link members[] = {slave(2, "eth0", 9), slave(3, "eth1", 9)};
    const auto hear = [&] {
        fold(observed, LinkSeen{link});
        for (const Link& member : members) fold(observed, LinkSeen{member});
    };
    const Mac first{{0x52, 0x54, 0, 0, 0, 2}}, second{{0x52, 0x54, 0, 0, 0, 3}}, others{{0x52, 0x54, 0, 0x99, 0, 0}};
    members[0].slave->permanent = first;
    members[1].slave->permanent = second;
    members[0].slave->active = true;
    members[0].address = second;              // traded
    members[1].address = link.address;
    hear();
    for (const Link& member : members) BOOST_TEST(is_whole(member, link, observed));
    members[0].address = others;
    hear();
    BOOST_TEST((address_of_member(members[0], link, observed) == first));
    members[1].address = second;
    hear();
    BOOST_TEST((address_of_member(members[0], link, observed) == link.address));
    BOOST_TEST(is_whole(members[1], link, observed));
}

BOOST_AUTO_TEST_SUITE_END()
