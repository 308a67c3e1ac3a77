#include "had/sys/slot_control.hpp"

#include "had/sys/file.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <cerrno>

using namespace had;
using namespace had::sys;
namespace fs = std::filesystem;

namespace {

// Files instead of sysfs: what is written stays in them.
struct Sysfs {
    test::TempDir dir;
    SlotControl control{dir.path()};

    fs::path put(const std::string& name, const std::string& text = "") {
        const fs::path path = dir.path() / "sys/bus/pci" / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << text;
        return path;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(slot_control)

BOOST_AUTO_TEST_CASE(each_function_is_let_go_by_its_driver_and_one_that_is_gone_is_done) {
    Sysfs sysfs;
    const fs::path first = sysfs.put("devices/0000:01:04.0/driver/unbind");
    const fs::path second = sysfs.put("devices/0000:01:04.1/driver/unbind");
    const char* functions[] = {"0000:01:04.0", "0000:01:05.0", "0000:01:04.1"};
    BOOST_TEST(sysfs.control.unbind(functions).error == 0);
    BOOST_TEST(read_file(first) == "0000:01:04.0");
    BOOST_TEST(read_file(second) == "0000:01:04.1");
}

BOOST_AUTO_TEST_CASE(drivers_are_looked_for_again) {
    Sysfs sysfs;
    const fs::path probe = sysfs.put("drivers_probe");
    const char* functions[] = {"0000:01:04.0"};
    BOOST_TEST(sysfs.control.bind(functions).error == 0);
    BOOST_TEST(read_file(probe) == "0000:01:04.0");
}

BOOST_AUTO_TEST_CASE(power_is_one_byte_and_is_not_written_where_it_is_so_already) {
    Sysfs sysfs;
    const fs::path power = sysfs.put("slots/2/power", "1\n");
    BOOST_TEST(sysfs.control.switch_on("2").text == "it was so already");
    BOOST_TEST(sysfs.control.switch_off("2", {}).error == 0);
    BOOST_TEST(read_file(power) == "0\n");    // of "1\n" the first byte is another now
    BOOST_TEST(sysfs.control.switch_off("2", {}).text == "it was so already");
}

BOOST_AUTO_TEST_CASE(a_card_is_removed_function_by_function_and_then_from_its_slot) {
    Sysfs sysfs;
    const fs::path first = sysfs.put("devices/0000:01:04.0/remove");
    const fs::path power = sysfs.put("slots/01:04/power");
    const char* functions[] = {"0000:01:04.0", "0000:01:04.1"};   // the second has gone already
    BOOST_TEST(sysfs.control.remove("01:04", false, functions).error == 0);
    BOOST_TEST(read_file(first) == "1");
    BOOST_TEST(read_file(power) == "0");
    const fs::path led = sysfs.put("slots/01:04/attention", "0\n");
    BOOST_TEST(sysfs.control.remove("01:04", true, {}).error == 0);
    BOOST_TEST(read_file(led) == "1\n");
    fs::remove(power);
    BOOST_TEST(sysfs.control.remove("01:04", false, {}).error == 0);
}

BOOST_AUTO_TEST_CASE(a_compact_pci_slot_is_switched_off_though_its_power_always_reads_as_on) {
    Sysfs sysfs;
    const fs::path power = sysfs.put("slots/01:04/power", "1\n");
    fs::create_directory_symlink("../../../../module/pci_hotplug", power.parent_path() / "module");
    sysfs.put("slots/01:04/address", "0000:01:04\n");
    const fs::path card = sysfs.put("devices/0000:01:04.0/remove");
    BOOST_TEST(sysfs.control.switch_off("01:04", {}).error == 0);
    BOOST_TEST(read_file(card) == "1");
    BOOST_TEST(read_file(power) == "0\n");
    fs::remove(power);                        // as ENODEV: nothing is there, and so it is done
    BOOST_TEST(sysfs.control.switch_off("01:04", {}).error == 0);
}

// Who opens the handle of a card that was let go by word wants it out, and the kernel is not to hear of it.
BOOST_AUTO_TEST_CASE(a_card_whose_handle_is_closed_is_kept_from_announcing_that_it_opens) {
    Sysfs sysfs;
    const fs::path power = sysfs.put("slots/01:04/power", "1\n");
    fs::create_directory_symlink("../../../../module/pci_hotplug", power.parent_path() / "module");
    sysfs.put("slots/01:04/address", "0000:01:04\n");
    std::string config(256, '\0');
    config[0x06] = '\x10';
    config[0x34] = '\xe0';
    config.replace(0xe0, 4, "\x06\x00\xc8\x00", 4);             // hot swap: INS and EXT pending, the LED lit
    const fs::path register_of = sysfs.put("devices/0000:01:04.0/config", config);

    sysfs.put("slots/01:04/latch", "0\n");
    BOOST_TEST(sysfs.control.switch_off("01:04", {}).error == 0);
    BOOST_TEST((read_file(register_of) == config));

    sysfs.put("slots/01:04/latch", "1\n");
    BOOST_TEST(sysfs.control.switch_off("01:04", {}).error == 0);
    config[0xe2] = '\x0a';                                        // nothing is cleared, the LED is as it was
    BOOST_TEST((read_file(register_of) == config));
}

BOOST_AUTO_TEST_CASE(a_bus_is_looked_through_again) {
    Sysfs sysfs;
    sysfs.dir.write("sys/class/pci_bus/0000:01/rescan", "");
    BOOST_TEST(sysfs.control.rescan("0000:01").error == 0);
    BOOST_TEST(read_file(sysfs.dir.path() / "sys/class/pci_bus/0000:01/rescan") == "1");
    BOOST_TEST(sysfs.control.rescan("0000:02").error == ENOENT);
}

BOOST_AUTO_TEST_CASE(what_fails_names_the_file_and_the_kernels_reason) {
    Sysfs sysfs;
    const core::ActionResult result = sysfs.control.switch_off("9", {});
    BOOST_TEST(result.error == ENOENT);
    BOOST_TEST(result.text.ends_with("sys/bus/pci/slots/9/power: No such file or directory"), result.text);
}

BOOST_AUTO_TEST_CASE(a_led_that_blinked_is_left_as_it_was) {
    Sysfs sysfs;
    const fs::path led = sysfs.put("slots/2/attention", "1\n");
    BOOST_TEST(sysfs.control.blink("2", core::Duration(1000)).error == 0);
    BOOST_TEST(read_file(led) == "1\n");
    BOOST_TEST(sysfs.control.blink("9", core::Duration(1000)).error == ENOENT);
}

BOOST_AUTO_TEST_SUITE_END()
