#include "had/core/world/others.hpp"

#include "test/boost_test.hpp"
#include "test/unit/core/situation.hpp"

#include <sstream>

using namespace had::core;
using namespace had::test;

namespace {

ForOthers told(World& world) {
    const Situation s = world.situation();
    return for_others(s.config, s.chassis, s.observed);
}

// What each rule matches, and the object it stands for: "KERNEL==\"bond0\" bond0".
std::vector<std::string> marks(World& world) {
    std::vector<std::string> marks;
    std::istringstream rules(told(world).rules);
    const std::string mark = ", ENV{HAD_OBJECT}=\"";
    for (std::string line; std::getline(rules, line);)
        if (const auto at = line.find(mark); at != std::string::npos)
            marks.push_back(line.substr(0, at) + " " +
                            line.substr(at + mark.size(), line.rfind('"') - at - mark.size()));
    return marks;
}

std::string of_function(std::string_view function) {
    return "SUBSYSTEMS==\"pci\", KERNELS==\"" + std::string(function) + "\"";
}

constexpr std::string_view first_port = "[bond bond0]\nmode = active-backup\nmiimon = 100\n"
                                        "[config member]\nbond = bond0\n[devices]\n2.0 = member\n";

} // namespace

BOOST_AUTO_TEST_SUITE(others)

BOOST_AUTO_TEST_CASE(where_nothing_is_named_nobody_is_told_anything) {
    World world("[had]\n");
    insert_card(world);
    BOOST_TEST((told(world) == ForOthers{}));
}

BOOST_AUTO_TEST_CASE(only_the_ports_that_are_named_are_hads) {
    World world(first_port);
    insert_card(world);
    const std::vector<std::string> expected{of_function("0000:00:02.0") + " 2.0", "KERNEL==\"bond0\" bond0"};
    BOOST_TEST(marks(world) == expected, boost::test_tools::per_element());
    BOOST_TEST((told(world).ours == std::set<Ifindex>{2}));
}

BOOST_AUTO_TEST_CASE(an_empty_slot_is_named_whole_wherever_it_is) {
    const auto first_mark = [](const std::string& location) {
        World world(std::string(first_port) + "[slot 2]\nlocation = " + location + "\n");
        return marks(world).front();
    };
    BOOST_TEST(first_mark("pci 0000:02:0c") == of_function("0000:02:0c.*") + " 2");
    BOOST_TEST(first_mark("path 0000:00:1c.0") == of_function("0000:00:1c.0") + " 2");
    BOOST_TEST(first_mark("path 0000:00:1c.0/0c") == "DEVPATH==\"/devices/pci0000:00/0000:00:1c.0/????:??:0c.?/*\" 2");
    World world(first_port);
    KernelSlot bus = slot("2", "0000:05:00");
    bus.whole_bus = true;
    world.hear(SlotSeen{bus});
    BOOST_TEST(marks(world).front() == of_function("0000:05:*") + " 2");
}

BOOST_AUTO_TEST_CASE(a_slot_that_the_file_gives_nothing_to_do_is_nobodys) {
    World world("[slot 3]\nlocation = pci 0000:00:03\n" + std::string(first_port));
    BOOST_TEST(marks(world).size() == 1u);
}

BOOST_AUTO_TEST_CASE(two_devices_of_one_function_are_told_apart) {
    World world(first_port);
    insert_card(world);
    world.hear(NetDeviceSeen{{7, at("0000:00:02.0"), 1, true}});
    world.hear(LinkSeen{nic(7, "eth7")});
    BOOST_TEST(marks(world).front() == of_function("0000:00:02.0") + ", ATTR{dev_port}==\"0\" 2.0");
}

BOOST_AUTO_TEST_CASE(what_udevd_has_not_settled_yet_need_not_have_its_property) {
    World world(first_port);
    insert_card(world);
    world.hear(NetDeviceSeen{{2, at("0000:00:02.0"), 0, false}});
    BOOST_TEST(told(world).ours.empty());
}

BOOST_AUTO_TEST_CASE(bonds_get_no_address_of_udevds_and_what_is_marked_is_left_alone) {
    World world(first_port);
    const ForOthers all = told(world);
    BOOST_TEST((all.link.find("\nOriginalName=bond0\n\n[Link]\nMACAddressPolicy=none\n") != std::string::npos));
    BOOST_TEST((all.network.find("\nProperty=HAD_OBJECT=*\n\n[Link]\nUnmanaged=yes\n") != std::string::npos));
    BOOST_TEST((all.rules.find("\nENV{HAD_OBJECT}==\"?*\", ENV{NM_UNMANAGED}=\"1\"\n") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(who_may_have_a_device_already_is_told_its_name_and_keeps_what_the_site_says) {
    World world(first_port);
    insert_card(world);
    BOOST_TEST(told(world).network_manager.ends_with(
        "\n[keyfile]\nunmanaged-devices+=interface-name:=eth0;interface-name:=bond0\n"));
    world.hear(NetDeviceSeen{{2, at("0000:00:02.0"), 0, false}});       // it is going to have another name
    BOOST_TEST(told(world).network_manager.ends_with("+=interface-name:=bond0\n"));
}

BOOST_AUTO_TEST_SUITE_END()
