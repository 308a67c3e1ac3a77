#include "pcidb/commands.hpp"

#include "test/boost_test.hpp"
#include "test/fake/pci_sysfs.hpp"

#include <filesystem>
#include <sstream>
#include <system_error>

using namespace had::pcidb;

namespace {

// A machine with a simple card, a card with a bridge of its own, a pciehp slot and a virtual
// function.
struct Chassis : had::test::PciSysfs {
    Surroundings at;
    std::ostringstream out, err;

    Chassis() {
        const std::string_view e1000 =
            "PCI_CLASS=20000\nPCI_ID=8086:100E\nPCI_SUBSYS_ID=1AF4:1100\n";
        const std::string_view tulip =
            "PCI_CLASS=20000\nPCI_ID=1011:0019\nPCI_SUBSYS_ID=1011:0000\n";
        function("pci0000:00/0000:00:05.0", "DRIVER=e1000\n" + std::string(e1000));
        interface("pci0000:00/0000:00:05.0", "eth0", 2, 0);
        slot("5", "0000:00:05", "acpiphp", true);

        const std::string bridge = "pci0000:00/0000:00:1e.0/0000:02:0c.0";
        function(bridge, "PCI_CLASS=60400\nPCI_ID=1011:0024\nPCI_SUBSYS_ID=0000:0000\n");
        function(bridge + "/0000:03:04.0", tulip);
        function(bridge + "/0000:03:05.0", tulip);
        slot("02:0c", "0000:02:0c", "pci_hotplug", true);
        slot("7", "0000:03:04", "", false);

        const std::string port = "pci0000:00/0000:00:1c.0";
        function(port + "/0000:01:00.0", e1000);
        function(port + "/0000:01:10.0", e1000);
        make_virtual(port + "/0000:01:10.0");
        slot("9", "0000:01:00", "pciehp", true);
        slot("10", "0000:04:00", "pciehp", true);

        write("table", "[e1000]\nid = 8086:100e\n[tulip]\nid = 1011:*\n");
        write("pci.ids", "8086  Intel\n\t100e  82540EM\n1011  DEC\n\t0019  21143\n");
        at.table = (root / "table").string();
        at.names = (root / "pci.ids").string();
        at.root = root;
        at.kernel = "6.1.0";
    }

    int look(const std::string& target) {
        out.str("");
        err.str("");
        return lookup(at, target, out, err);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(commands, Chassis)

BOOST_AUTO_TEST_CASE(a_scan_shows_every_network_function_and_its_place) {
    BOOST_TEST(scan(at, out, err) == 0);
    BOOST_TEST(out.str() == R"(slot 5 (acpiphp)          location = path 0000:00:05
    00.0  0000:00:05.0  8086:100e  Intel 82540EM
        driver e1000, interface eth0, the table says e1000

slot 9 (pciehp)           location = path 0000:00:1c.0/00
    00.0  0000:01:00.0  8086:100e  Intel 82540EM
        no driver, the table says e1000
    10.0  0000:01:10.0  8086:100e  Intel 82540EM
        virtual function, no port; no driver, the table says e1000

slot 02:0c (pci_hotplug)  location = path 0000:00:1e.0/0c
    00.0/04.0  0000:03:04.0  1011:0019  DEC 21143
        no driver, the table says tulip
    00.0/05.0  0000:03:05.0  1011:0019  DEC 21143
        no driver, the table says tulip
)");
    BOOST_TEST(err.str() == "");
}

BOOST_AUTO_TEST_CASE(a_scan_without_a_table_still_shows_the_places) {
    at.table = (root / "missing").string();
    BOOST_TEST(scan(at, out, err) == 6);
    BOOST_TEST(out.str().find("location = path 0000:00:05") != std::string::npos);
    BOOST_TEST(out.str().find("table not read") != std::string::npos);
    BOOST_TEST(err.str().find("No such file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_card_is_looked_up_by_id_by_address_and_by_slot) {
    BOOST_TEST(look("8086:100e") == 0);
    BOOST_TEST(out.str().find("8086:100e  Intel 82540EM\n    1. e1000 ") == 0u);
    BOOST_TEST(look("1011:0019:1011:0000") == 0);
    BOOST_TEST(out.str().find("tulip is the one to load") != std::string::npos);
    BOOST_TEST(look("0000:03:05.0") == 0);
    BOOST_TEST(out.str().find("at 0000:03:05.0, slot 02:0c") != std::string::npos);
    BOOST_TEST(look("00:05.0") == 0);
    BOOST_TEST(out.str().find("at 0000:00:05.0, slot 5") != std::string::npos);
    BOOST_TEST(look("02:0c") == 0);
    BOOST_TEST(out.str().find("0000:03:04.0") != std::string::npos);
    BOOST_TEST(out.str().find("0000:03:05.0") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_card_that_the_table_does_not_know_is_shown_and_is_no_success) {
    BOOST_TEST(look("10ec:8139") == 8);
    BOOST_TEST(out.str() ==
               "10ec:8139  unknown name\n    no module in the table claims this card\n");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_told_with_what_is) {
    BOOST_TEST(look("10") == 8);
    BOOST_TEST(err.str() == "pcidb: slot 10 holds no network function\n");
    BOOST_TEST(look("front") == 8);
    BOOST_TEST(err.str() ==
               "pcidb: 'front' is no id (VVVV:DDDD[:SSSS:ssss]), no PCI function of this "
               "machine and no slot that the kernel knows (5 7 9 10 02:0c)\n");
    BOOST_TEST(look("0000:09:00.0") == 8);
}

BOOST_AUTO_TEST_CASE(a_subsystem_that_would_change_the_answer_is_mentioned) {
    write("table",
          "[e1000]\nid = 8086:100e\nid = 8086:100e:1028:0001\n[other]\nid = 8086:100e:*:0002\n");
    BOOST_TEST(look("8086:100e") == 0);
    BOOST_TEST(out.str() == "8086:100e  Intel 82540EM\n"
                            "    1. e1000        id = 8086:100e (line 2)\n"
                            "    e1000 is the one to load: no other module claims this card\n"
                            "    but for one subsystem: other, id = 8086:100e:*:0002\n");
    BOOST_TEST(look("8086:100e:1028:0002") == 0);
    BOOST_TEST(
        out.str().find("other is tried first: it claims the subsystem, e1000 only the device") !=
        std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_table_with_errors_is_told_and_not_used) {
    write("table", "[e1000]\nid = 8086\n[tulip]\nid = 1011:*\n");
    BOOST_TEST(look("1011:0019") == 6);
    BOOST_TEST(out.str() == "");
    BOOST_TEST(err.str().find("table:2: e1000: '8086' is not VVVV:DDDD") != std::string::npos);
    BOOST_TEST(list(at, out, err) == 6);
}

BOOST_AUTO_TEST_CASE(a_check_warns_of_modules_that_the_running_kernel_lacks) {
    write("lib/modules/6.1.0/modules.dep",
          "kernel/drivers/net/ethernet/intel/e1000/e1000.ko.xz:\n"
          "kernel/drivers/net/ethernet/8390/ne2k-pci.ko: kernel/8390.ko\n");
    write("lib/modules/6.1.0/modules.builtin", "kernel/drivers/virtio/virtio_pci.ko\n");
    write("table", "[e1000]\nid = 8086:100e\nalso = nothing\n[ne2k_pci]\nid = 10ec:8029\n"
                   "[virtio-pci]\nid = 1af4:1000\n[tulip]\nid = 1011:*\n");
    BOOST_TEST(check(at, out, err) == 0);
    BOOST_TEST(
        out.str() ==
        at.table + ":1: warning: e1000: the running kernel, 6.1.0, has no module 'nothing'\n" +
            at.table + ":8: warning: tulip: the running kernel, 6.1.0, has no module 'tulip'\n" +
            at.table + ": 4 modules, 4 claims, 0 errors, 2 warnings\n");
}

BOOST_AUTO_TEST_CASE(a_check_fails_on_errors_and_on_a_missing_file) {
    write("table", "[e1000]\nids = 8086:100e\n");
    BOOST_TEST(check(at, out, err) == 6);
    BOOST_TEST(out.str().find(":2: e1000: unknown key 'ids', did you mean 'id'?") !=
               std::string::npos);
    at.table = (root / "missing").string();
    BOOST_TEST(check(at, out, err) == 6);
}

BOOST_AUTO_TEST_CASE(a_list_names_every_claim) {
    BOOST_TEST(list(at, out, err) == 0);
    BOOST_TEST(out.str() == "e1000\n    id = 8086:100e    Intel 82540EM\n\n"
                            "tulip\n    id = 1011:*       DEC\n");
}

BOOST_AUTO_TEST_CASE(no_table_is_built_of_a_kernel_that_is_not_installed) {
    write("lib/modules/6.1.0/modules.dep", "");
    at.kernel = "6.12.0";
    BOOST_TEST(build(at, out, err) == 8);
    BOOST_TEST(out.str() == "");
    BOOST_TEST(err.str() == "pcidb: no modules of kernel 6.12.0 are installed in " +
                                (root / "lib/modules").string() + " (there are: 6.1.0)\n");
}

BOOST_AUTO_TEST_CASE(a_kernel_without_network_drivers_gives_an_empty_table) {
    write("elsewhere/6.1.0/modules.dep", "kernel/drivers/net/wireless/ath/ath9k.ko:\n"
                                         "kernel/drivers/ata/ahci.ko: kernel/libata.ko\n");
    at.modules = (root / "elsewhere").string();
    at.output = (root / "table").string();
    BOOST_TEST(build(at, out, err) == 0);
    BOOST_TEST(out.str() == "");
    BOOST_TEST(list(at, out, err) == 0);
    BOOST_TEST(out.str() == "");
}

BOOST_AUTO_TEST_CASE(a_module_that_cannot_be_read_is_an_error_and_not_left_out) {
    write("lib/modules/6.1.0/modules.dep", "kernel/drivers/net/ethernet/intel/e1000/e1000.ko:\n");
    BOOST_CHECK_EXCEPTION(build(at, out, err), std::system_error, [](const auto& error) {
        return std::string(error.what()).find("e1000.ko") != std::string::npos;
    });
}

BOOST_AUTO_TEST_CASE(the_options_of_the_table_are_written_for_modprobe) {
    write("table", "[e1000]\nid = 8086:100e\noptions = InterruptThrottleRate=3000,3000 debug=1\n"
                   "[tulip]\nid = 1011:*\n[dummy]\nid = 1011:0001\noptions = name=\"two words\"\n");
    BOOST_TEST(modprobe(at, out, err) == 0);
    BOOST_TEST(out.str() ==
               "# Made by `pcidb modprobe` from " + at.table +
                   ", so that its options count too when\n"
                   "# another program loads the driver: udevd, or the initial RAM disk.\n"
                   "options e1000 InterruptThrottleRate=3000,3000 debug=1\n"
                   "options dummy name=\"two words\"\n");
}

BOOST_AUTO_TEST_CASE(a_file_is_written_where_it_is_wanted_or_the_reason_is_told) {
    at.output = (root / "had.conf").string();
    BOOST_TEST(modprobe(at, out, err) == 0);
    BOOST_TEST(out.str() == "");
    BOOST_TEST(std::filesystem::file_size(at.output) > 0u);
    at.output = (root / "missing" / "had.conf").string();
    BOOST_TEST(modprobe(at, out, err) == 1);
    BOOST_TEST(err.str().find("missing/had.conf") != std::string::npos, err.str());
}

BOOST_AUTO_TEST_CASE(a_card_may_be_asked_for_as_lspci_or_a_uevent_names_it) {
    for (const char* card : {"[8086:100e]", "8086:100E", "pci:v00008086d0000100Esv00001AF4sd00001100bc02sc00i00",
                             "pci:v00008086d0000100Esv*sd*bc02sc*i*"}) {
        BOOST_TEST(look(card) == ok, card);
        BOOST_TEST(out.str().find("id = 8086:100e") != std::string::npos, out.str());
    }
    for (const char* none :
         {"pci:v00008086", "pci:v00018086d0000100Esv*sd*bc02sc*i*", "pci:v*d*sv*sd*bc02sc00i00",
          "pci:v00008086d0000100Esv*sd*bc02sc*i*x", "[8086:100e", "[]", "8086:100e:", "0x8086:0x100e"}) {
        BOOST_TEST(look(none) == no_such_object, none);
    }
}

// As a shell would write there: a link stays one, a device a device.
BOOST_AUTO_TEST_CASE(what_is_written_goes_where_the_name_leads) {
    write("table", "[e1000]\nid = 8086:100e\noptions = debug=1\n");
    write("real", "old");
    std::filesystem::create_symlink("real", root / "link");
    for (const std::string& file : {(root / "link").string(), std::string("-"), std::string("/dev/null")}) {
        at.output = file;
        out.str("");
        BOOST_TEST(modprobe(at, out, err) == ok);
        BOOST_TEST((out.str().find("options e1000 debug=1") != std::string::npos) == (file == "-"));
    }
    BOOST_TEST(std::filesystem::is_symlink(root / "link"));
    BOOST_TEST(std::filesystem::file_size(root / "real") > 50u);
    BOOST_TEST(std::filesystem::is_character_file("/dev/null"));
    BOOST_TEST(!std::filesystem::exists("-"));
    at.output = "/dev/full";
    BOOST_TEST(modprobe(at, out, err) == failed);
}

BOOST_AUTO_TEST_SUITE_END()
