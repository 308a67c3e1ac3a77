#include "pcidb/names.hpp"

#include "test/boost_test.hpp"
#include "test/fake/pci_sysfs.hpp"

using had::pcidb::PciNames;
using had::test::PciSysfs;

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(a_card_has_its_makers_and_its_own_name) {
    const PciSysfs dir;
    dir.write("pci.ids", "8086  Intel Corporation\n\t100e  82540EM\nC 02  Network controller\n"
                         "\t00  Ethernet controller\n");
    const PciNames names((dir.root / "pci.ids").string());
    BOOST_TEST(names.vendor(0x8086) == "Intel Corporation");
    BOOST_TEST(names.device(0x8086, 0x100e) == "82540EM");
    BOOST_TEST(names.card(0x8086, 0x100e) == "Intel Corporation 82540EM");
    BOOST_TEST(names.device_class(0x0200) == "Ethernet controller");
}

BOOST_AUTO_TEST_CASE(what_the_list_does_not_name_has_an_empty_name) {
    const PciSysfs dir;
    dir.write("pci.ids", "8086  Intel Corporation\n");
    const PciNames names((dir.root / "pci.ids").string());
    BOOST_TEST(names.card(0x8086, 0x100e) == "Intel Corporation");
    BOOST_TEST(names.card(0x10ec, 0x8139) == "");
}

BOOST_AUTO_TEST_CASE(a_list_that_is_missing_or_broken_ends_no_program) {
    const PciSysfs dir;
    dir.write("pci.ids", "this is\n\t\tno list\nof names\n");
    BOOST_TEST(PciNames((dir.root / "pci.ids").string()).card(0x8086, 0x100e) == "");
    BOOST_TEST(PciNames((dir.root / "missing").string()).card(0x8086, 0x100e) == "");
}

BOOST_AUTO_TEST_SUITE_END()
