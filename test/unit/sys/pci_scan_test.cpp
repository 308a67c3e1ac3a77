#include "had/sys/pci_scan.hpp"

#include "test/boost_test.hpp"
#include "test/fake/pci_sysfs.hpp"

#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <sys/resource.h>
#include <system_error>

using namespace had::core;
using had::sys::pci_function_from;
using had::sys::PciScan;
using had::test::PciSysfs;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view e1000 = "DRIVER=e1000\nPCI_CLASS=20000\nPCI_ID=8086:100E\n"
                                   "PCI_SUBSYS_ID=1AF4:1100\nPCI_SLOT_NAME=0000:00:05.0\n";

std::vector<std::string> names(const std::vector<had::sys::PciInterface>& interfaces) {
    std::vector<std::string> result;
    for (const auto& interface : interfaces)
        result.push_back(interface.name);
    return result;
}

} // namespace

BOOST_AUTO_TEST_SUITE(pci_scan)

BOOST_AUTO_TEST_CASE(a_function_is_read_from_its_attributes_and_links) {
    const PciSysfs sysfs;
    sysfs.function("pci0000:00/0000:00:05.0", e1000);
    const PciFunction expected{{{0, 0, 5, 0}}, 0x8086,   0x100e,  0x1af4,
                               0x1100,         0x020000, "e1000", false};
    BOOST_TEST((PciScan(sysfs.root).functions() == std::vector{expected}));
}

BOOST_AUTO_TEST_CASE(a_function_behind_bridges_knows_its_chain) {
    const PciSysfs sysfs;
    sysfs.function("pci0000:00/0000:00:1c.0/0000:01:00.0/0000:02:04.1",
                   "PCI_CLASS=20000\nPCI_ID=8086:10C9\n");
    const auto function = PciScan(sysfs.root).function({0, 2, 4, 1});
    BOOST_TEST_REQUIRE(function.has_value());
    const std::vector<PciAddress> chain = {{0, 0, 0x1c, 0}, {0, 1, 0, 0}, {0, 2, 4, 1}};
    BOOST_TEST((function->chain == chain));
    BOOST_TEST(function->driver == "");
}

BOOST_AUTO_TEST_CASE(a_function_with_a_physfn_link_is_virtual) {
    const PciSysfs sysfs;
    sysfs.function("pci0000:00/0000:00:05.0", e1000);
    sysfs.make_virtual("pci0000:00/0000:00:05.0");
    BOOST_TEST(PciScan(sysfs.root).functions().at(0).is_virtual);
}

BOOST_AUTO_TEST_CASE(a_driver_whose_module_is_still_at_work_may_be_probing) {
    const PciSysfs sysfs;
    sysfs.function("pci0000:00/0000:00:05.0", e1000);
    for (const auto& [state, probing] : {std::pair("coming", true), {"live", false}}) {
        sysfs.write("sys/bus/pci/drivers/e1000/module/initstate", state);
        BOOST_TEST(PciScan(sysfs.root).functions().at(0).probing == probing, state);
    }
}

BOOST_AUTO_TEST_CASE(a_function_that_vanishes_in_the_middle_is_left_out) {
    const PciSysfs sysfs;
    sysfs.function("pci0000:00/0000:00:05.0", e1000);
    sysfs.function("pci0000:00/0000:00:06.0", "");
    fs::create_symlink("../../../devices/pci0000:00/0000:00:07.0",
                       sysfs.root / "sys/bus/pci/devices/0000:00:07.0");
    BOOST_TEST(PciScan(sysfs.root).functions().size() == 1u);
    BOOST_TEST(!PciScan(sysfs.root).function({0, 0, 7, 0}).has_value());
}

BOOST_AUTO_TEST_CASE(a_machine_without_pci_has_nothing) {
    const PciScan scan("/nonexistent");
    BOOST_TEST(scan.functions().empty());
    BOOST_TEST(scan.slots().empty());
    BOOST_TEST(scan.interfaces().empty());
}

BOOST_AUTO_TEST_CASE(a_scan_without_descriptors_throws_and_does_not_say_that_the_cards_have_gone) {
    const PciSysfs sysfs;
    sysfs.function("pci0000:00/0000:00:05.0", e1000);
    rlimit before{};
    BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit none{0, before.rlim_max};
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    std::optional<std::errc> thrown;
    try {
        static_cast<void>(PciScan(sysfs.root).all());
    } catch (const std::system_error& e) {
        thrown = static_cast<std::errc>(e.code().value());
    }
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    BOOST_CHECK(thrown == std::errc::too_many_files_open);
    BOOST_TEST(PciScan(sysfs.root).functions().size() == 1u);
}

BOOST_AUTO_TEST_CASE(slots_are_read_with_their_controller_and_power) {
    const PciSysfs sysfs;
    sysfs.slot("02:0c", "0000:02:0c", "pci_hotplug", true);
    sysfs.slot("3", "0000:00:03", "acpiphp", true);
    sysfs.slot("5-1", "0000:01:00", "pciehp", true);
    sysfs.slot("7", "0000:00:07", "", false);
    sysfs.slot("9", "0000:09", "", false);
    sysfs.slot("broken", "here", "", false);
    const std::vector<KernelSlot> expected = {{"02:0c", 0, 2, 0x0c, "pci_hotplug", false, true},
                                              {"3", 0, 0, 3, "acpiphp", false, true},
                                              {"5-1", 0, 1, 0, "pciehp", true, true},
                                              {"7", 0, 0, 7, "", false, false},
                                              {"9", 0, 9, 0, "", true, false}};
    BOOST_TEST((PciScan(sysfs.root).slots() == expected));
}

BOOST_AUTO_TEST_CASE(an_interface_belongs_to_the_innermost_function_of_its_path) {
    const PciSysfs sysfs;
    sysfs.interface("pci0000:00/0000:00:1c.0/0000:01:04.0", "eth1", 7, 0);
    sysfs.interface("pci0000:00/0000:00:05.0/virtio2", "eth0", 9, 0);
    sysfs.interface("pci0000:00/0000:00:06.0", "eth3", 3, 1);
    sysfs.interface("virtual", "bond0", 4, 0);
    sysfs.write("sys/class/net/bonding_masters", "bond0\n");
    const PciScan scan(sysfs.root);
    BOOST_TEST(names(scan.interfaces()) == (std::vector<std::string>{"eth3", "eth1", "eth0"}));
    BOOST_TEST((scan.net_device("eth0") == NetDevice{9, {0, 0, 5, 0}, 0, true}));
    BOOST_TEST((scan.net_device("eth1") == NetDevice{7, {0, 1, 4, 0}, 0, true}));
    BOOST_TEST((scan.net_device("eth3") == NetDevice{3, {0, 0, 6, 0}, 1, true}));
    BOOST_TEST(!scan.net_device("bond0").has_value());
    BOOST_TEST(!scan.net_device("eth7").has_value());
}

BOOST_AUTO_TEST_CASE(one_event_tells_all_of_it) {
    const PciSysfs sysfs;
    sysfs.function("pci0000:00/0000:00:05.0", e1000);
    sysfs.interface("pci0000:00/0000:00:05.0", "eth0", 2, 0);
    sysfs.slot("5", "0000:00:05", "acpiphp", true);
    const DevicesScanned all = PciScan(sysfs.root).all();
    BOOST_TEST(all.functions.size() == 1u);
    BOOST_TEST(all.devices.size() == 1u);
    BOOST_TEST(all.slots.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_uevent_without_ids_is_no_function) {
    BOOST_TEST(!pci_function_from("/devices/pci0000:00/0000:00:05.0", "DRIVER=x\n").has_value());
    BOOST_TEST(!pci_function_from("/devices/virtual/net/lo", e1000).has_value());
    BOOST_TEST(
        !pci_function_from("/devices/pci0000:00/0000:00:05.0", "PCI_CLASS=20000\nPCI_ID=8086\n")
             .has_value());
}

BOOST_AUTO_TEST_CASE(two_hundred_functions_are_read_in_a_moment) {
    const PciSysfs sysfs;
    for (int i = 0; i < 200; ++i) {
        const std::string below = fmt::format("pci0000:00/0000:00:{:02x}.{}", i / 8, i % 8);
        sysfs.function(below, e1000);
        sysfs.interface(below, fmt::format("eth{}", i), i + 1, 0);
    }
    const auto before = std::chrono::steady_clock::now();
    BOOST_TEST(PciScan(sysfs.root).all().functions.size() == 200u);
    // Some 10 ms; the limit leaves room for a sanitizer on a busy machine.
    BOOST_TEST((std::chrono::steady_clock::now() - before < std::chrono::seconds(2)));
}

BOOST_AUTO_TEST_SUITE_END()
