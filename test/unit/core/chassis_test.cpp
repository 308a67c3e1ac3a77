#include "had/core/world/chassis.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

using namespace had::core;
using namespace had::test;

namespace {

std::string ports_of(const Chassis& chassis, const SlotName& slot) {
    std::string out;
    for (const PortName& name : chassis.slots.at(slot).ports)
        out += (out.empty() ? "" : " ") + to_string(name) + "=" + chassis.port(name)->path;
    return out;
}

// `location =` of slot 2, with a function at each of these chains.
Chassis placed(const std::string& location,
               const std::vector<std::vector<std::string_view>>& chains,
               const std::vector<KernelSlot>& slots = {}) {
    Config config = parse_config("[slot 2]\nlocation = " + location + "\n").config;
    Observed observed;
    for (const KernelSlot& s : slots)
        fold(observed, SlotSeen{s});
    for (const auto& chain : chains)
        fold(observed, FunctionSeen{function(chain)});
    return place(config, observed);
}

} // namespace

BOOST_AUTO_TEST_SUITE(chassis)

// udevd has not told that the card's interface is gone, and its number is another link's.
BOOST_AUTO_TEST_CASE(a_bond_or_a_vlan_with_the_number_of_a_cards_interface_is_no_port) {
    for (const auto& [kind, expected] : {std::pair("", 2), std::pair("bond", 0), std::pair("vlan", 0)}) {
        World world;
        insert_card(world);
        Link link = nic(2, "eth0");
        link.kind = kind;
        const Change change = world.hear(LinkSeen{link});
        BOOST_TEST((change == Change::topology) == (expected == 0));
        BOOST_TEST(place(world.config, world.observed).port({"2", 0, 0})->index == expected);
    }
}

BOOST_AUTO_TEST_CASE(ports_are_counted_by_path_whichever_was_heard_first) {
    const Chassis c = placed("path 0000:00:02", {{"0000:00:02.1"}, {"0000:00:02.0"}});
    BOOST_TEST(ports_of(c, "2") == "2.0=00.0 2.1=00.1");
}

BOOST_AUTO_TEST_CASE(a_port_behind_the_cards_own_bridge_is_in_the_slot_of_the_bridge) {
    const Chassis c =
        placed("path 0000:00:1c.0/0c", {{"0000:00:1c.0", "0000:02:0c.0", "0000:03:05.0"},
                                        {"0000:00:1c.0", "0000:02:0c.0", "0000:03:04.0"}});
    BOOST_TEST(ports_of(c, "2") == "2.0=00.0/04.0 2.1=00.0/05.0");
}

BOOST_AUTO_TEST_CASE(a_path_finds_its_slot_whatever_numbers_the_buses_have) {
    const Chassis c = placed("path 0000:00:1c.0/0c", {{"0000:00:1c.0", "0000:77:0c.0"}});
    BOOST_TEST(ports_of(c, "2") == "2.0=00.0");
}

BOOST_AUTO_TEST_CASE(a_path_passes_by_what_is_beside_it) {
    const Chassis c = placed("path 0000:00:1c.0/0c", {{"0000:00:1c.0", "0000:02:0d.0"},
                                                      {"0000:00:1c.1", "0000:02:0c.0"},
                                                      {"0001:00:1c.0", "0001:02:0c.0"}});
    BOOST_TEST(ports_of(c, "2").empty());
}

// Two ways to write one place: seen at once where that can be told, else when a card is there.
BOOST_AUTO_TEST_CASE(a_slot_that_is_where_another_is_says_so_and_takes_nothing) {
    const auto twins = [](const std::string& one, const std::string& other, bool card) {
        const std::string text = "[slot 1]\nlocation = " + one + "\n[slot 2]\nlocation = " + other + "\n";
        Observed observed;
        fold(observed, SlotSeen{slot("7", "0000:00:05")});
        fold(observed, SlotSeen{slot("8", "0000:02:0c")});
        if (card) fold(observed, FunctionSeen{function({"0000:00:05.0"})});
        if (card) fold(observed, FunctionSeen{function({"0000:00:1c.0", "0000:02:0c.0"})});
        const Chassis c = place(parse_config(text).config, observed);
        BOOST_TEST(c.slots.at("1").problem == "");
        if (!c.slots.at("2").problem.empty()) BOOST_TEST(c.slots.at("2").functions.empty());
        return c.slots.at("2").problem;
    };
    BOOST_TEST(twins("kernel 7", "pci 0000:00:05", false) ==
               "it is where slot 1 is, 0000:00:05: give one of them another location");
    BOOST_TEST(twins("path 0000:00:05", "kernel 7", false) != "");
    BOOST_TEST(twins("path 0000:00:1c.0/0c", "kernel 8", false) == "");
    BOOST_TEST(twins("path 0000:00:1c.0/0c", "kernel 8", true) ==
               "it is where slot 1 is, 0000:00:1c.0/0c: give one of them another location");
    BOOST_TEST(twins("pci 0000:02:0c", "path 0000:00:1c.0/0c.0", true) != "");
    BOOST_TEST(twins("path 0000:00:05", "pci 0000:02:0c", true) == "");
}

BOOST_AUTO_TEST_CASE(a_slot_may_be_named_as_the_kernel_names_it) {
    const Chassis c = placed("kernel 02:0c", {{"0000:02:0c.0"}}, {slot("02:0c", "0000:02:0c")});
    BOOST_TEST(ports_of(c, "2") == "2.0=00.0");
    BOOST_TEST(c.slots.at("2").problem.empty());
}

BOOST_AUTO_TEST_CASE(functions_of_a_slot_that_is_a_whole_bus_keep_their_own_numbers) {
    KernelSlot bus = slot("2", "0000:05:00");
    bus.whole_bus = true;
    const Chassis c = placed("kernel 2", {{"0000:05:00.0"}, {"0000:05:01.0"}}, {bus});
    BOOST_TEST(ports_of(c, "2") == "2.0=00.0 2.1=01.0");
}

BOOST_AUTO_TEST_CASE(a_virtual_function_is_in_the_slot_and_no_port) {
    World world;
    world.hear(SlotSeen{slot("2", "0000:00:02")});
    world.hear(FunctionSeen{function({"0000:00:02.0"})});
    PciFunction virtual_one = function({"0000:00:02.4"});
    virtual_one.is_virtual = true;
    world.hear(FunctionSeen{virtual_one});
    const Chassis c = place(world.config, world.observed);
    BOOST_TEST(ports_of(c, "2") == "2.0=00.0");
    BOOST_TEST(c.slots.at("2").functions.size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_innermost_of_two_places_has_the_card) {
    Config config = parse_config("[slot 1]\nlocation = path 0000:00:1c.0\n"
                                 "[slot 2]\nlocation = path 0000:00:1c.0/0c\n")
                        .config;
    Observed observed;
    fold(observed, FunctionSeen{function({"0000:00:1c.0", "0000:02:0c.0"})});
    const Chassis c = place(config, observed);
    BOOST_TEST(ports_of(c, "1").empty());
    BOOST_TEST(ports_of(c, "2") == "2.0=00.0");
}

BOOST_AUTO_TEST_CASE(a_slot_of_the_file_outranks_the_kernels_of_another_name) {
    const Chassis c = placed("pci 0000:00:05", {{"0000:00:05.0"}}, {slot("5", "0000:00:05")});
    BOOST_TEST(ports_of(c, "2") == "2.0=00.0");
    BOOST_TEST(!c.slots.contains("5"));
}

BOOST_AUTO_TEST_CASE(a_slot_that_the_file_does_not_name_is_shown_for_a_network_card_only) {
    Observed observed;
    PciFunction disk = function({"0000:00:06.0"});
    disk.class_code = 0x010000;
    fold(observed, SlotSeen{slot("5", "0000:00:05")});
    fold(observed, SlotSeen{slot("6", "0000:00:06")});
    fold(observed, FunctionSeen{function({"0000:00:05.0"})});
    fold(observed, FunctionSeen{disk});
    const Chassis c = place(Config{}, observed);
    BOOST_REQUIRE(c.slots.contains("5"));
    BOOST_TEST(!c.slots.at("5").configured);
    BOOST_TEST(!c.slots.contains("6"));
}

BOOST_AUTO_TEST_CASE(a_port_has_its_interface_once_both_sockets_have_told_of_it) {
    World world;
    world.hear(SlotSeen{slot("2", "0000:00:02")});
    world.hear(FunctionSeen{function({"0000:00:02.0"})});
    world.hear(NetDeviceSeen{{7, at("0000:00:02.0"), 0, true}});
    const PortName name{"2", 0, 0};
    BOOST_TEST(place(world.config, world.observed).port(name)->index == 0);
    world.hear(LinkSeen{nic(7, "eth0")});
    const Chassis c = place(world.config, world.observed);
    BOOST_TEST(c.port(name)->index == 7);
    BOOST_REQUIRE(c.port(Ifindex{7}));
    BOOST_TEST((c.port(Ifindex{7})->name == name));
}

BOOST_AUTO_TEST_CASE(several_devices_of_one_function_are_counted_by_their_port_number) {
    World world;
    world.hear(SlotSeen{slot("2", "0000:00:02")});
    world.hear(FunctionSeen{function({"0000:00:02.0"})});
    world.hear(NetDeviceSeen{{7, at("0000:00:02.0"), 1, true}});
    world.hear(NetDeviceSeen{{8, at("0000:00:02.0"), 0, true}});
    world.hear(LinkSeen{nic(7, "eth0")});
    world.hear(LinkSeen{nic(8, "eth1")});
    const Chassis c = place(world.config, world.observed);
    BOOST_TEST(c.port(PortName{"2", 0, 0})->index == 8);
    BOOST_TEST(c.port(PortName{"2", 0, 1})->index == 7);
}

BOOST_AUTO_TEST_CASE(a_reference_is_a_port_or_a_name) {
    World world;
    insert_card(world);
    const Chassis c = place(world.config, world.observed);
    BOOST_TEST(c.resolve("2.1", world.observed) == 3);
    BOOST_TEST(c.resolve("eth0", world.observed) == 2);
    BOOST_TEST(c.resolve("2.7", world.observed) == 0);
    BOOST_TEST(c.resolve("eth9", world.observed) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
