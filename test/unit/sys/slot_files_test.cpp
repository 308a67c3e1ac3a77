#include "had/sys/slot_files.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

using namespace had::core;
using had::sys::SlotFiles;
using had::test::TempDir;

namespace {

const PciAddress card{0, 1, 4, 0};

struct Backplane {
    TempDir root;
    SlotFiles files{root.path()};

    void slot(const char* latch, const char* adapter) {
        root.write("sys/bus/pci/slots/01:04/latch", latch);
        root.write("sys/bus/pci/slots/01:04/adapter", adapter);
    }
    void config(std::string_view bytes) { root.write("sys/bus/pci/devices/0000:01:04.0/config", bytes); }
    std::optional<SlotState> look() { return files.look({"01:04", card}); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(slot_files)

BOOST_FIXTURE_TEST_CASE(a_slot_is_seen_as_its_files_are_now, Backplane) {
    slot("0\n", "0\n");
    BOOST_TEST((files.look({"01:04", {}}) == SlotState{false, false, false}));
    slot("1\n", "1\n");
    BOOST_TEST((files.look({"01:04", {}}) == SlotState{true, true, false}));
    slot("0\n", "1\n");
    BOOST_TEST(files.look({"01:04", {}})->handle_open());
}

BOOST_FIXTURE_TEST_CASE(all_ones_in_place_of_a_vendor_is_silence, Backplane) {
    slot("1\n", "1\n");
    config("\x86\x80\x0e\x10");
    BOOST_TEST(!look()->silent);
    config("\xff\xff\xff\xff");
    BOOST_TEST(look()->silent);
    BOOST_TEST(!files.look({"01:04", {}})->silent); // nobody's concern
}

BOOST_FIXTURE_TEST_CASE(a_card_that_has_gone_is_not_silent, Backplane) {
    slot("1\n", "1\n");
    config("\xff\xff");
    BOOST_TEST(!look()->silent);
    std::filesystem::remove_all(root.path() / "sys/bus/pci/devices");
    BOOST_TEST(!SlotFiles(root.path()).look({"01:04", card})->silent);
}

BOOST_FIXTURE_TEST_CASE(of_a_slot_that_does_not_exist_nothing_is_seen, Backplane) {
    BOOST_TEST(!look().has_value());
}

// Where the kernel's thread does not look, had does: at the card's register, and at its LED.
BOOST_FIXTURE_TEST_CASE(a_slot_that_nobody_attends_to_is_read_wholly, Backplane) {
    slot("1\n", "1\n");
    std::string config(256, '\0');
    config.replace(0, 8, "\x86\x80\x0e\x10\x07\x01\x10\x00", 8);  // it has a list of capabilities
    config[0x34] = '\xdc';
    config.replace(0xdc, 4, "\x01\xe0\x00\x00", 4);
    config.replace(0xe0, 4, "\x06\x00\x40\x00", 4);                // hot swap, its last, with EXT
    this->config(config);
    root.write("sys/bus/pci/slots/01:04/attention", "0\n");
    BOOST_TEST(!look()->asks);
    BOOST_TEST(files.look({"01:04", card, true})->asks);
    BOOST_TEST(files.look({"01:04", card, true})->handle_open());
    config[0xe2] = '\0';
    this->config(config);
    root.write("sys/bus/pci/slots/01:04/attention", "1\n");
    BOOST_TEST(!files.look({"01:04", card, true})->asks);
    BOOST_TEST(files.look({"01:04", card, true})->lit);
}

BOOST_FIXTURE_TEST_CASE(a_list_of_capabilities_that_never_ends_is_left, Backplane) {
    slot("1\n", "1\n");
    std::string config(256, '\0');
    config[0x06] = '\x10';
    config[0x34] = '\x40';
    config[0x40] = '\x01';
    config[0x41] = '\x40';
    this->config(config);
    BOOST_TEST(!files.look({"01:04", card, true})->asks);
}

// sysfs answers ENODEV where a regular file would go on: a device that went, and whose name came back.
BOOST_FIXTURE_TEST_CASE(a_file_that_is_made_anew_is_opened_anew, Backplane) {
    slot("1\n", "");
    BOOST_TEST(!look().has_value());
    slot("1\n", "1\n");
    BOOST_TEST(look().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
