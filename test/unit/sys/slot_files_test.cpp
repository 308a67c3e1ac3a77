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

// sysfs answers ENODEV where a regular file would go on: a device that went, and whose name came back.
BOOST_FIXTURE_TEST_CASE(a_file_that_is_made_anew_is_opened_anew, Backplane) {
    slot("1\n", "");
    BOOST_TEST(!look().has_value());
    slot("1\n", "1\n");
    BOOST_TEST(look().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
