#include "pcidb/report.hpp"

#include "test/boost_test.hpp"

using namespace had::core;
using namespace had::pcidb;

namespace {

const Candidate e1000{"e1000", "id = 8086:100e", 12, "debug=1", {"mii"}, 6};
const Candidate any_intel{"e1000e", "id = 8086:*", 20, "", {}, 2};

CardReport card_in_slot_5() {
    CardReport card;
    card.id = {0x8086, 0x100e, 0x1af4, 0x1100, 0x020000};
    card.name = "Intel Corporation 82540EM Gigabit Ethernet Controller";
    card.presence = Presence{{0, 0, 5, 0}, "5",     "acpiphp", true, "path 0000:00:05",
                             "00.0",       "e1000", {"eth0"},  false};
    card.candidates = {e1000, any_intel};
    return card;
}

CardReport function_1() {
    CardReport card = card_in_slot_5();
    card.presence->address = {0, 0, 5, 1};
    card.presence->path = "00.1";
    card.presence->driver = "";
    card.presence->interfaces = {};
    card.candidates = {};
    return card;
}

CardReport behind_a_bridge() {
    CardReport card = card_in_slot_5();
    card.name = "";
    card.presence =
        Presence{{0, 3, 4, 0},     "",  "", false, "path 0000:00:1c.0/00.0/04", "00.0", "tulip",
                 {"eth1", "eth2"}, true};
    card.candidates = {any_intel};
    return card;
}

} // namespace

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(a_lookup_tells_the_card_the_candidates_and_why) {
    BOOST_TEST(lookup_text({card_in_slot_5()}) ==
               R"(8086:100e:1af4:1100  Intel Corporation 82540EM Gigabit Ethernet Controller
    at 0000:00:05.0, slot 5 (acpiphp), driver e1000, interface eth0
    1. e1000        id = 8086:100e (line 12)
       options = debug=1
       also = mii
    2. e1000e       id = 8086:* (line 20)
    e1000 is tried first: it claims the device, e1000e only the vendor
)");
}

BOOST_AUTO_TEST_CASE(a_lookup_by_id_tells_what_the_subsystem_would_change) {
    CardReport card = card_in_slot_5();
    card.subsystem_known = false;
    card.presence.reset();
    card.candidates = {any_intel};
    card.narrower = {"skge, id = 8086:100e:*:0015"};
    BOOST_TEST(lookup_text({card}) ==
               R"(8086:100e  Intel Corporation 82540EM Gigabit Ethernet Controller
    1. e1000e       id = 8086:* (line 20)
    e1000e is the one to load: no other module claims this card
    but for one subsystem: skge, id = 8086:100e:*:0015
)");
}

BOOST_AUTO_TEST_CASE(several_cards_are_told_apart_by_an_empty_line) {
    BOOST_TEST(lookup_text({function_1(), behind_a_bridge()}) ==
               R"(8086:100e:1af4:1100  Intel Corporation 82540EM Gigabit Ethernet Controller
    at 0000:00:05.1, slot 5 (acpiphp), no driver
    no module in the table claims this card

8086:100e:1af4:1100  unknown name
    at 0000:03:04.0, no slot, driver tulip, interfaces eth1 eth2
    a virtual function: not a port of a slot
    1. e1000e       id = 8086:* (line 20)
    e1000e is the one to load: no other module claims this card
)");
}

BOOST_AUTO_TEST_CASE(a_scan_groups_the_functions_by_their_place) {
    BOOST_TEST(scan_text({card_in_slot_5(), function_1(), behind_a_bridge()}) ==
               R"(slot 5 (acpiphp)          location = path 0000:00:05
    00.0  0000:00:05.0  8086:100e  Intel Corporation 82540EM Gigabit Ethernet...
        driver e1000, interface eth0, the table says e1000, e1000e
    00.1  0000:00:05.1  8086:100e  Intel Corporation 82540EM Gigabit Ethernet...
        no driver, not in the table

no slot                   location = path 0000:00:1c.0/00.0/04
    00.0  0000:03:04.0  8086:100e  unknown name
        virtual function, no port; driver tulip, interfaces eth1 eth2, the table says e1000e
)");
}

BOOST_AUTO_TEST_CASE(a_scan_says_when_there_is_nothing_or_no_table) {
    BOOST_TEST(scan_text({}) == "no network functions on the PCI buses of this machine\n");
    CardReport card = function_1();
    card.table_read = false;
    card.presence->hot_plug = false;
    BOOST_TEST(scan_text({card}) == R"(slot 5 (no hot plug)      location = path 0000:00:05
    00.1  0000:00:05.1  8086:100e  Intel Corporation 82540EM Gigabit Ethernet...
        no driver, table not read
)");
}

BOOST_AUTO_TEST_CASE(names_are_cut_between_characters) {
    CardReport card = card_in_slot_5();
    card.subsystem_known = false;
    card.presence.reset();
    card.candidates = {};
    card.name = std::string(65, 'x') + "\xC3\xA9" + std::string(9, 'y');
    BOOST_TEST(lookup_text({card}).substr(0, 81) ==
               "8086:100e  " + std::string(65, 'x') + "...\n" + " ");
}

BOOST_AUTO_TEST_CASE(the_reason_is_the_difference_of_the_first_two) {
    const auto reason = [](unsigned a, unsigned b) {
        CardReport card;
        card.candidates = {{"a", "", 1, "", {}, a}, {"b", "", 2, "", {}, b}};
        return why(card);
    };
    BOOST_TEST(reason(6, 6) == "a is tried first: of equal claims the file's order decides");
    BOOST_TEST(reason(30, 6) == "a is tried first: it claims the subsystem, b only the device");
    BOOST_TEST(reason(30, 22) == "a is tried first: its claim is narrower than that of b");
    BOOST_TEST(reason(2, 1) == "a is tried first: it claims the vendor, b only the class");
    BOOST_TEST(reason(1, 0) == "a is tried first: it claims the class, b only anything");
}

BOOST_AUTO_TEST_CASE(a_list_shows_each_module_with_its_claims) {
    const DriverEntry entry{"virtio_pci",
                            {{0x1af4, 0x1000, {}, {}, {}, 2}, {{}, {}, {}, {}, 0x0200, 3}},
                            "x=1",
                            {"virtio_net"},
                            1};
    const DriverEntry other{"r8169", {}, "", {}, 9};
    BOOST_TEST(
        list_text({{&entry, {{entry.claims[0], "Virtio network device"}, {entry.claims[1], ""}}},
                   {&other, {}}}) == R"(virtio_pci
    id = 1af4:1000    Virtio network device
    class = 0200
    options = x=1
    also = virtio_net

r8169
)");
}

BOOST_AUTO_TEST_CASE(a_check_ends_with_its_counts) {
    CheckReport report{"t.conf",
                       2,
                       1,
                       {{Severity::error, 3, "e1000", "bad"}, {Severity::warning, 4, "", "odd"}},
                       "6.1.0"};
    BOOST_TEST(check_text(report) == "t.conf:3: e1000: bad\n"
                                     "t.conf:4: warning: odd\n"
                                     "t.conf: 2 modules, 1 claim, 1 error, 1 warning\n");
    report.diagnostics.clear();
    report.kernel.clear();
    BOOST_TEST(check_text(report) ==
               "t.conf: 2 modules, 1 claim, 0 errors, 0 warnings\n"
               "No modules of the running kernel are installed here: their names "
               "were not checked.\n");
}

BOOST_AUTO_TEST_SUITE_END()
