#include "pcidb/build_table.hpp"

#include "pcidb/gather.hpp"
#include "test/boost_test.hpp"
#include "test/fake/pci_sysfs.hpp"

using namespace had::core;
using namespace had::pcidb;

namespace {

std::string claim(std::string_view alias) {
    const auto claim = claim_from(alias);
    return claim ? to_string(*claim) : "none";
}

// A kernel that has these modules; what they claim is given apart.
struct Kernel : had::test::PciSysfs {
    KernelModules having(std::string_view dependencies, std::string_view built_in = "") const {
        write("modules.dep", dependencies);
        write("modules.builtin", built_in);
        return KernelModules::read(root).value();
    }
};

const NetworkModule e1000{"e1000", {"pci:v00008086d0000100Fsv*sd*bc*sc*i*",
                                    "pci:v00008086d0000100Esv*sd*bc*sc*i*"}};
const NetworkModule virtio_pci{"virtio_pci", {"pci:v00001AF4d*sv*sd*bc*sc*i*"}};

} // namespace

BOOST_FIXTURE_TEST_SUITE(building, Kernel)

BOOST_AUTO_TEST_CASE(an_alias_is_a_claim_on_what_it_names) {
    BOOST_TEST(claim("pci:v00008086d0000100Esv*sd*bc*sc*i*") == "id = 8086:100e");
    BOOST_TEST(claim("pci:v000010ECd00008168sv00001849sd00008168bc*sc*i*") ==
               "id = 10ec:8168:1849:8168");
    BOOST_TEST(claim("pci:v*d00008139sv000013D1sd0000AB06bc*sc*i*") == "id = *:8139:13d1:ab06");
}

BOOST_AUTO_TEST_CASE(a_class_counts_only_where_nothing_else_is_named) {
    BOOST_TEST(claim("pci:v000010DEd*sv*sd*bc02sc00i*") == "id = 10de:*");
    BOOST_TEST(claim("pci:v*d*sv*sd*bc02sc00i*") == "class = 0200");
    BOOST_TEST(claim("pci:v*d*sv*sd*bc02sc*i*") == "id = *:*");
}

BOOST_AUTO_TEST_CASE(what_is_no_claim_on_a_network_card_is_none) {
    for (const char* alias :
         {"pci:v0000144Ad00007841sv*sd*bc07sc80i00*", "pci:v0000144Ad00007841sv*sd*bc07sc80i00",
          "pci:v00008086", "pci:v00018086d*sv*sd*bc*sc*i*", "pci:v8086d*sv*sd*bc*sc*i*",
          "pci:v00008086d*sv*sd*bc*sc*i*x", "usb:v0B95p*", ""})
        BOOST_TEST(claim(alias) == "none", alias);
}

BOOST_AUTO_TEST_CASE(modules_stand_by_name_and_claims_by_number_each_once) {
    const NetworkModule cp{"8139cp", {"pci:v000010ECd00008139sv*sd*bc*sc*i*"}};
    const NetworkModule too{"8139too",
                            {"pci:v000010ECd00008139sv*sd*bc*sc*i*",
                             "pci:v000010ECd00008139sv*sd*bc02sc00i*"}};
    BOOST_TEST(print(build_table({e1000, too, cp}, having(""))) == "[8139cp]\nid = 10ec:8139\n\n"
                                                                   "[8139too]\nid = 10ec:8139\n\n"
                                                                   "[e1000]\nid = 8086:100e\n"
                                                                   "id = 8086:100f\n");
}

BOOST_AUTO_TEST_CASE(virtio_claims_its_network_cards_alone_and_names_its_other_half) {
    BOOST_TEST(print(build_table({virtio_pci}, having("kernel/drivers/net/virtio_net.ko:\n"))) ==
               "[virtio_pci]\nid = 1af4:1000\nid = 1af4:1041\nalso = virtio_net\n");
    BOOST_TEST(print(build_table({virtio_pci}, having("", "kernel/drivers/net/virtio_net.ko\n"))) ==
               "[virtio_pci]\nid = 1af4:1000\nid = 1af4:1041\nalso = virtio_net\n");
}

BOOST_AUTO_TEST_CASE(a_module_that_cannot_serve_a_card_is_left_out) {
    const NetworkModule plx{"plx_pci", {"pci:v0000144Ad00007841sv*sd*bc07sc80i00*"}};
    BOOST_TEST(print(build_table({virtio_pci, plx}, having(""))) == "");
}

BOOST_AUTO_TEST_CASE(the_file_is_what_had_reads) {
    const KernelModules modules = having("kernel/drivers/net/virtio_net.ko.xz:\n");
    const DriverTable table = build_table({e1000, virtio_pci}, modules);
    write("pci.ids", "8086  Intel\n\t100e  82540EM " + std::string(200, 'x') + "\n");
    const std::string text =
        table_file(listed(table, PciNames((root / "pci.ids").string())), "6.1.0");
    BOOST_TEST(text.find("\n[e1000]\nid = 8086:100e  ; Intel 82540EM xxx") != std::string::npos, text);
    const ParsedDriverTable parsed = parse_driver_table(text);
    BOOST_TEST(parsed.diagnostics.empty());
    BOOST_TEST(print(parsed.table) == print(table));
}

BOOST_AUTO_TEST_SUITE_END()
