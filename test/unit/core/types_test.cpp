#include "had/core/base/types.hpp"

#include "test/boost_test.hpp"

#include <set>

using namespace had::core;

BOOST_AUTO_TEST_SUITE(types)

BOOST_AUTO_TEST_CASE(a_mac_address_is_read_in_either_spelling_and_printed_in_one) {
    const Mac mac{{0x52, 0x54, 0x00, 0x12, 0xab, 0xff}};
    BOOST_TEST(to_string(mac) == "52:54:00:12:ab:ff");
    BOOST_TEST((mac_from("52:54:00:12:ab:ff") == mac));
    BOOST_TEST((mac_from("52-54-00-12-AB-FF") == mac));
    BOOST_TEST(Mac{}.is_zero());
    for (const char* wrong : {"", "52:54:00:12:ab", "52:54:00:12:ab:fg", "52:54-00:12:ab:ff",
                              "52:54:00:12:ab:ff:00", "525400123456", " 2:54:00:12:ab:ff"}) {
        BOOST_TEST(!mac_from(wrong), wrong);
    }
}

BOOST_AUTO_TEST_CASE(a_pci_address_needs_no_domain) {
    const PciAddress address{0, 0x01, 0x1f, 7};
    BOOST_TEST(to_string(address) == "0000:01:1f.7");
    BOOST_TEST((pci_address_from("0000:01:1f.7") == address));
    BOOST_TEST((pci_address_from("01:1f.7") == address));
    BOOST_TEST((pci_address_from("10000:01:00.0") == PciAddress{0x10000, 1, 0, 0}));
    for (const char* wrong : {"", "01", "01:1f", "01:20.0", "01:1f.8", "100:1f.0", "a:01:1f.0.0",
                              "01:.0", "0000:01:1f.", "x:01:1f.0"}) {
        BOOST_TEST(!pci_address_from(wrong), wrong);
    }
}

BOOST_AUTO_TEST_CASE(a_port_is_slot_dot_subdevice) {
    BOOST_TEST((port_name_from("2.1") == PortName{"2", 1, 0}));
    BOOST_TEST((port_name_from("front-left.12/3") == PortName{"front-left", 12, 3}));
    BOOST_TEST((port_name_from("2.1/0") == PortName{"2", 1, 0}));
    BOOST_TEST(to_string(PortName{"2", 1, 0}) == "2.1");
    BOOST_TEST(to_string(PortName{"2", 1, 4}) == "2.1/4");
}

BOOST_AUTO_TEST_CASE(a_port_has_one_spelling) {
    for (const char* wrong : {"", "2", ".1", "2.", "2.01", "2.x", "2.1/", "2.1/01", "2.1.0", "2/1",
                              "sl ot.1", "2.99999", "2.-1"}) {
        BOOST_TEST(!port_name_from(wrong), wrong);
    }
}

BOOST_AUTO_TEST_CASE(slots_are_ordered_as_an_operator_counts) {
    const std::set<SlotName, SlotLess> slots = {"10", "2", "front", "1", "back", "02"};
    const std::vector<SlotName> ordered(slots.begin(), slots.end());
    BOOST_TEST(ordered == (std::vector<SlotName>{"1", "02", "2", "10", "back", "front"}),
               boost::test_tools::per_element());
    BOOST_TEST((compare_slots("0", "00") != 0));
    BOOST_TEST((compare_slots("7", "7") == 0));
    // Nobody counts that far: 19 digits are a word.
    BOOST_TEST((compare_slots("999999999999999999", "1000000000000000000") < 0));
    BOOST_TEST((compare_slots("1000000000000000000", "back") < 0));
}

BOOST_AUTO_TEST_CASE(ports_are_ordered_by_slot_then_subdevice_then_unit) {
    BOOST_TEST((PortName{"2", 9, 0} < PortName{"10", 0, 0}));
    BOOST_TEST((PortName{"2", 9, 0} < PortName{"2", 10, 0}));
    BOOST_TEST((PortName{"2", 1, 0} < PortName{"2", 1, 1}));
}

BOOST_AUTO_TEST_SUITE_END()
