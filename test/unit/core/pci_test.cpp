#include "had/core/base/pci.hpp"

#include "test/boost_test.hpp"

#include <set>

using namespace had::core;

namespace {

using Chain = std::vector<PciAddress>;

std::string round_trip(std::string_view text) {
    const auto path = pci_path_from(text);
    return path ? to_string(*path) : "not a path";
}

} // namespace

BOOST_AUTO_TEST_SUITE(pci)

BOOST_AUTO_TEST_CASE(a_path_is_printed_as_it_is_written) {
    for (const auto* text :
         {"0000:00:1c.0/0c", "0000:00:05", "0001:80:1f.7/00.0/1f.0", "10000:e0:06.0/00"})
        BOOST_TEST(round_trip(text) == text);
}

BOOST_AUTO_TEST_CASE(a_path_without_a_domain_is_in_the_first) {
    BOOST_TEST(round_trip("00:1C.0/0c") == "0000:00:1c.0/0c");
}

BOOST_AUTO_TEST_CASE(a_path_keeps_the_numbers_of_each_step) {
    const PciPath expected{0, 0, {{0x1c, 0}, {0x0c, std::nullopt}}};
    BOOST_TEST((pci_path_from("0000:00:1c.0/0c") == expected));
}

BOOST_AUTO_TEST_CASE(what_is_not_a_path_is_refused) {
    for (const auto* text :
         {"", "0000:00", "0000:00:", "0000:00:1c.0/", "0000:00:/1c.0", "0000:00:1c.0//0c",
          "0:00:1c.0", "0000:00:20.0", "0000:00:1c.8", "0000:00:1c.", "0000:00:1c.00",
          "0000:0:1c.0", "0000:00:1c.0/0c.0x", "0000:00:1c.0/c", "x000:00:1c.0",
          "0000:00:1c.0/0000:01:0c.0", "+000:00:1c.0", "0000:-1:1c.0", "0x00:00:05"})
        BOOST_TEST(round_trip(text) == "not a path", text);
}

BOOST_AUTO_TEST_CASE(only_the_last_step_of_a_path_may_leave_its_function_out) {
    BOOST_TEST(round_trip("0000:00:1c/0c.0") == "not a path");
    BOOST_TEST(round_trip("0000:00:1c.0/0c") == "0000:00:1c.0/0c");
}

BOOST_AUTO_TEST_CASE(a_sysfs_path_tells_the_chain_whatever_else_stands_in_it) {
    const Chain expected = {{0, 0, 0x1c, 0}, {0, 1, 4, 0}};
    BOOST_TEST((chain_from("../../devices/pci0000:00/0000:00:1c.0/0000:01:04.0/virtio2/net/eth0") ==
                expected));
    BOOST_TEST((chain_from("/devices/pci0000:00/0000:00:1c.0/0000:01:04.0") == expected));
    BOOST_TEST((chain_from("0000:01:04.0") == Chain{{0, 1, 4, 0}}));
    BOOST_TEST(chain_from("/devices/virtual/net/bond0").empty());
    BOOST_TEST(chain_from("").empty());
}

BOOST_AUTO_TEST_CASE(the_path_of_a_function_is_its_chain_without_bus_numbers) {
    const Chain chain = {{0, 0, 0x1c, 0}, {0, 7, 0x0c, 0}, {0, 8, 4, 1}};
    BOOST_TEST(to_string(path_of(chain)) == "0000:00:1c.0/0c.0/04.1");
}

BOOST_AUTO_TEST_CASE(a_cards_own_paths_are_the_same_in_every_slot) {
    const Chain slot_2 = {{0, 0, 0x1c, 0}, {0, 7, 0x0c, 0}, {0, 8, 4, 0}};
    const Chain slot_3 = {{0, 0, 0x1c, 0}, {0, 7, 0x0d, 0}, {0, 9, 4, 0}};
    BOOST_TEST(relative_path(slot_2, 1) == "00.0/04.0");
    BOOST_TEST(relative_path(slot_3, 1) == "00.0/04.0");
}

BOOST_AUTO_TEST_CASE(a_simple_card_is_known_by_its_functions) {
    BOOST_TEST(relative_path(Chain{{0, 0, 5, 0}}, 0) == "00.0");
    BOOST_TEST(relative_path(Chain{{0, 0, 5, 1}}, 0) == "00.1");
}

BOOST_AUTO_TEST_CASE(the_functions_of_an_ari_card_keep_their_device_numbers) {
    BOOST_TEST(relative_path(Chain{{0, 0, 0x1c, 0}, {0, 1, 0, 7}}, 1, true) == "00.7");
    BOOST_TEST(relative_path(Chain{{0, 0, 0x1c, 0}, {0, 1, 1, 0}}, 1, true) == "01.0");
}

BOOST_AUTO_TEST_CASE(subdevices_sort_by_their_paths) {
    const std::set<std::string> paths = {"00.1",           "00.0/05.0", "00.0/04.1", "00.0",
                                         "00.0/04.0/00.0", "00.0/04.0", "00.0/10.0", "00.0/0a.0"};
    const std::vector<std::string> expected = {"00.0",      "00.0/04.0", "00.0/04.0/00.0",
                                               "00.0/04.1", "00.0/05.0", "00.0/0a.0",
                                               "00.0/10.0", "00.1"};
    BOOST_TEST((std::vector<std::string>(paths.begin(), paths.end()) == expected));
}

BOOST_AUTO_TEST_CASE(a_relative_path_names_the_function_at_every_step) {
    BOOST_TEST(is_relative_path("00.0"));
    BOOST_TEST(is_relative_path("00.0/04.0"));
    for (const auto* text : {"", "00", "00.0/04", "00.0/", "/00.0", "0.0", "00.8", "0000:00:05.0"})
        BOOST_TEST(!is_relative_path(text), text);
}

BOOST_AUTO_TEST_CASE(ids_are_printed_as_lspci_prints_them) {
    BOOST_TEST(to_pci_id(0x8086, 0x100e) == "8086:100e");
    BOOST_TEST(to_pci_id(0x10, 0) == "0010:0000");
}

BOOST_AUTO_TEST_SUITE_END()
