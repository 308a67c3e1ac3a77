#include "had/core/config/driver_table.hpp"

#include "test/boost_test.hpp"

#include <fstream>
#include <iterator>

using namespace had::core;

namespace {

const ParsedDriverTable& shipped() {
    static const ParsedDriverTable parsed = [] {
        std::ifstream file("etc/pcidrivers.conf");
        BOOST_TEST_REQUIRE(file.is_open(), "run the tests from the top of the tree");
        return parse_driver_table(std::string{std::istreambuf_iterator<char>(file), {}});
    }();
    return parsed;
}

std::string tried(std::uint16_t vendor, std::uint16_t device) {
    std::string modules;
    for (const auto& match : lookup(shipped().table, {vendor, device, 0x1af4, 0x1100, 0x020000}))
        modules += (modules.empty() ? "" : " ") + match.entry->module;
    return modules;
}

} // namespace

BOOST_AUTO_TEST_SUITE(shipped_table)

BOOST_AUTO_TEST_CASE(the_only_equal_claims_are_those_of_the_two_8139_drivers) {
    BOOST_TEST_REQUIRE(shipped().diagnostics.size() == 1u);
    const Diagnostic& note = shipped().diagnostics[0];
    BOOST_TEST((note.severity == Severity::warning));
    BOOST_TEST(note.object == "8139too");
    BOOST_TEST(note.text.find("'id = 10ec:8139' is also claimed by 8139cp") == 0u);
}

BOOST_AUTO_TEST_CASE(every_card_that_qemu_models_has_its_module) {
    BOOST_TEST(tried(0x8086, 0x100e) == "e1000");
    BOOST_TEST(tried(0x8086, 0x10d3) == "e1000e");
    BOOST_TEST(tried(0x8086, 0x10c9) == "igb");
    BOOST_TEST(tried(0x8086, 0x1209) == "e100");
    BOOST_TEST(tried(0x10ec, 0x8139) == "8139cp 8139too");
    BOOST_TEST(tried(0x10ec, 0x8029) == "ne2k-pci");
    BOOST_TEST(tried(0x1022, 0x2000) == "pcnet32");
    BOOST_TEST(tried(0x1011, 0x0019) == "tulip");
    BOOST_TEST(tried(0x15ad, 0x07b0) == "vmxnet3");
    BOOST_TEST(tried(0x1af4, 0x1000) == "virtio_pci");
    BOOST_TEST(tried(0x1af4, 0x1041) == "virtio_pci");
}

BOOST_AUTO_TEST_CASE(a_module_whose_interface_comes_from_another_names_it) {
    const auto virtio = lookup(shipped().table, {0x1af4, 0x1041, 0x1af4, 0x1100, 0x020000});
    BOOST_TEST((virtio.at(0).entry->also == std::vector<std::string>{"virtio_net"}));
    const auto mellanox = lookup(shipped().table, {0x15b3, 0x1003, 0x15b3, 0, 0x020000});
    BOOST_TEST((mellanox.at(0).entry->also == std::vector<std::string>{"mlx4_en"}));
}

BOOST_AUTO_TEST_CASE(it_claims_no_disk_of_a_virtual_machine) {
    BOOST_TEST(tried(0x1af4, 0x1042) == "");
}

BOOST_AUTO_TEST_CASE(its_normal_form_is_the_same_table) {
    const auto again = parse_driver_table(print(shipped().table));
    BOOST_TEST_REQUIRE(again.table.entries.size() == shipped().table.entries.size());
    BOOST_TEST(print(again.table) == print(shipped().table));
}

BOOST_AUTO_TEST_SUITE_END()
