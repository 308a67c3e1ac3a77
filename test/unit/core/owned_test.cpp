#include "had/core/action/owned.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

const IpPrefix prefix = ip_prefix_from("10.0.0.1/24").value();
const IpPrefix prefix6 = ip_prefix_from("2001:db8::1/64").value();
const Observed nothing;                       // of the machine is known
const LinkRef bond0{9, "bond0"}, eth0{2, "eth0"};

Owned everything() {
    Owned owned;
    owned.bonds = {"bond0", "bond1"};
    owned.first_macs = {{"bond0", Mac{{2, 0, 0, 0, 0, 1}}}};
    owned.members = {{2, "bond0"}, {3, "bond1"}};
    owned.raised = {4};
    owned.bond_addresses = {{"bond0", prefix}, {"bond0", prefix6}};
    owned.port_addresses = {{4, prefix}};
    owned.bond_options = {{"bond0", "num_grat_arp"}};
    owned.modules = {"e1000"};
    owned.actives = {{"bond0", 2}};
    owned.contested = {{"bond1", {0, TimePoint(std::chrono::hours(1))}},
                       {"add bond0 10.0.0.1/24", {3, TimePoint(std::chrono::hours(2))}}};
    owned.bond_macs = {{"bond0", Mac{{2, 0, 0, 0, 0, 2}}}};
    owned.named_mtus = {{"bond0", 1500}};
    owned.port_mtus = {{4, 9000}};
    owned.fault_files = {"/run/had/a  file of two words", "/run/had/bond0.fault"};
    return owned;
}

} // namespace

BOOST_AUTO_TEST_SUITE(owned)

BOOST_AUTO_TEST_CASE(what_is_printed_is_read_again) {
    BOOST_TEST((parse_owned(print(everything())) == everything()));
    BOOST_TEST((parse_owned("") == Owned{}));
}

BOOST_AUTO_TEST_CASE(a_line_that_cannot_be_read_costs_only_itself) {
    const std::string text =
        "bond\nmember eth0 bond0\nmember -1 bond0\nraised 4x\nmac bond0 no-mac\n"
        "bond-address bond0 10.0.0.1\nof-the-future 7\n\n   \n"
        "fault\nfault \nfault bond0.fault\nbond bond1\n";
    Owned expected;
    expected.bonds = {"bond1"};
    BOOST_TEST((parse_owned(text) == expected));
}

BOOST_AUTO_TEST_CASE(no_file_makes_the_record_larger_than_a_machine_can_have_fault_files) {
    std::string text = "fault /" + std::string(4096, 'a') + "\n";
    for (int i = 0; i < 10000; ++i) text += "fault /run/" + std::to_string(i) + "\n";
    BOOST_TEST(parse_owned(text).fault_files.size() == 8192u);
}

BOOST_AUTO_TEST_CASE(each_thing_is_noted_once) {
    Owned owned;
    for (const Operation& operation :
         {Operation(CreateBond{.name = "bond0"}),
          Operation(Enslave{eth0, bond0, false}),
          Operation(AddAddress{.link = bond0, .prefix = prefix}),
          Operation(AddAddress{.link = eth0, .prefix = prefix, .port = true}),
          Operation(SetLink{.link = eth0, .up = true, .port = true}),
          Operation(LoadModule{.module = "e1000", .slot = "2", .insertion = 1})}) {
        BOOST_TEST(note(owned, operation, nothing), to_string(operation));
        BOOST_TEST(!note(owned, operation, nothing), to_string(operation));
    }
}

BOOST_AUTO_TEST_CASE(what_needs_no_taking_back_is_not_noted) {
    Owned owned;
    for (const Operation& operation :
         {Operation(SetLink{.link = bond0, .up = true}),
          Operation(SetLink{.link = eth0, .mtu = 9000, .port = true}),
          Operation(LoadModule{.module = "bonding"}), Operation(Release{eth0, bond0})})
        BOOST_TEST(!note(owned, operation, nothing), to_string(operation));
    BOOST_TEST((owned == Owned{}));
}

BOOST_AUTO_TEST_CASE(a_port_that_joins_a_bond_is_not_set_down_later_for_having_been_plain) {
    Owned owned;
    note(owned, SetLink{.link = eth0, .up = true, .port = true}, nothing);
    note(owned, Enslave{eth0, bond0, false}, nothing);
    BOOST_TEST(owned.raised.empty());
    BOOST_TEST(owned.members.at(2) == "bond0");
}

BOOST_AUTO_TEST_CASE(a_vlan_is_known_by_its_name_until_it_is_deleted) {
    Owned owned;
    BOOST_TEST(note(owned, CreateVlan{.name = "vlan5", .on = bond0, .id = 5}, nothing));
    BOOST_TEST(!note(owned, CreateVlan{.name = "vlan5", .on = bond0, .id = 5}, nothing));
    BOOST_TEST(print(owned) == "vlan vlan5\n");
    BOOST_TEST((parse_owned(print(owned)) == owned));
    BOOST_TEST(forget(owned, DeleteLink{{9, "vlan5"}}));
    BOOST_TEST((owned == Owned{}));
}

BOOST_AUTO_TEST_CASE(what_is_taken_back_is_forgotten) {
    Owned owned = everything();
    BOOST_TEST(forget(owned, Release{eth0, bond0}));
    BOOST_TEST(forget(owned, RemoveAddress{bond0, prefix}));
    BOOST_TEST(forget(owned, RemoveAddress{{4, "eth2"}, prefix}));
    BOOST_TEST(forget(owned, SetLink{.link = {4, "eth2"}, .up = false, .port = true}));
    BOOST_TEST(forget(owned, DeleteLink{bond0}));
    BOOST_TEST(forget(owned, UnloadModule{"e1000"}));
    BOOST_TEST(!forget(owned, UnloadModule{"e1000"}));
    BOOST_TEST(print(owned) ==
               "bond bond1\nmember 3 bond1\nbond-address bond0 2001:db8::1/64\nport-mtu 4 9000\n"
               "contested 0 3600000000 bond1\n"
               "fault /run/had/a  file of two words\nfault /run/had/bond0.fault\n");
}

BOOST_AUTO_TEST_CASE(only_an_option_that_is_not_at_its_default_is_noted) {
    Owned owned;
    const auto set = [](std::uint64_t value) {
        return SetBondOptions{bond0, {{BondOption::num_grat_arp, value}}};
    };
    BOOST_TEST(!note(owned, set(1), nothing));
    BOOST_TEST(note(owned, set(5), nothing));
    BOOST_TEST(!forget(owned, set(5)));
    BOOST_TEST(forget(owned, set(1)));
    BOOST_TEST((owned == Owned{}));
}

BOOST_AUTO_TEST_CASE(a_record_lives_as_long_as_what_it_speaks_of) {
    Owned owned = everything();
    Observed observed;
    fold(observed, LinksDumped{{bond(9, "bond0"), nic(2, "eth0")}, {}, {}});
    BOOST_TEST(owned.prune(observed));
    BOOST_TEST(!owned.prune(observed));
    BOOST_TEST((owned.bonds == std::set<std::string>{"bond0"}));
    BOOST_TEST((owned.members == std::map<Ifindex, std::string>{{2, "bond0"}}));
    BOOST_TEST(owned.raised.empty());
    BOOST_TEST(owned.port_addresses.empty());
    BOOST_TEST(owned.bond_addresses.size() == 2u);
    BOOST_TEST(owned.modules.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
