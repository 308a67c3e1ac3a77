// The virtual chassis itself, without had: what every other story relies on.
#include "test/boost_test.hpp"
#include "test/chassis/story.hpp"

using namespace had::test;

namespace {

struct TwoDualCards : Story {
    TwoDualCards() {
        chassis.insert(2, {"virtio", 2});
        chassis.insert(12, {"virtio", 2});
        guest.expect("modprobe virtio_net");
    }
};

// One port, up and with the address that the far end expects.
struct OneCard : Story {
    OneCard() {
        chassis.insert(2, {"virtio"});
        guest.expect("modprobe virtio_net");
        port = chassis.interface(2, 0);
        guest.expect("ip addr add 10.0.1.1/24 dev " + port + " && ip link set " + port + " up");
        guest.wait_until("ip -br link show " + port + " | grep -q LOWER_UP");
    }
    std::string port;
};

} // namespace

// The chassis itself, which every other story tries too.
BOOST_AUTO_TEST_SUITE(chassis_stories, *boost::unit_test::label("long"))

BOOST_FIXTURE_TEST_CASE(the_slots_of_the_article_are_there_and_empty, Story) {
    for (int slot : {2, 12, 16})
        BOOST_TEST(guest.expect("cat /sys/bus/pci/slots/" + std::to_string(slot) + "/power") ==
                   "0");
}

BOOST_FIXTURE_TEST_CASE(a_card_pushed_in_appears_and_its_driver_makes_an_interface, Story) {
    chassis.insert(16, {"e1000"});
    guest.wait_until("test -e /sys/bus/pci/devices/0000:00:10.0");
    BOOST_TEST(guest.run("ls /sys/bus/pci/devices/0000:00:10.0/net").rc != 0);
    guest.expect("modprobe $(cat /sys/bus/pci/devices/0000:00:10.0/modalias)");
    BOOST_TEST(guest.expect("cat /sys/class/net/" + chassis.interface(16, 0) + "/address") ==
               chassis.mac(16, 0));
}

BOOST_FIXTURE_TEST_CASE(a_dual_card_shows_two_functions_of_one_slot, TwoDualCards) {
    BOOST_TEST(chassis.interface(12, 0) != chassis.interface(12, 1));
    BOOST_TEST(emulated().pci_address(12, 0) == "0000:00:0c.0");
    BOOST_TEST(emulated().pci_address(12, 1) == "0000:00:0c.1");
}

BOOST_FIXTURE_TEST_CASE(the_near_side_does_not_see_the_far_end, OneCard) {
    BOOST_TEST(guest.expect("ls /sys/class/net | tr '\\n' ' '") == port + " lo ");
}

BOOST_FIXTURE_TEST_CASE(a_cut_cable_takes_the_carrier_from_both_ends, OneCard) {
    const std::string near = "ip -br link show " + port;
    const std::string far = "ip -n far -br link show " + chassis.far_interface(2, 0);
    chassis.cut_cable(2, 0);
    guest.wait_until(near + " | grep -q NO-CARRIER");
    guest.wait_until(far + " | grep -q NO-CARRIER");
    chassis.mend_cable(2, 0);
    guest.wait_until(near + " | grep -q LOWER_UP");
    guest.wait_until(far + " | grep -q LOWER_UP");
}

BOOST_FIXTURE_TEST_CASE(a_pulled_card_disappears_with_all_its_interfaces, TwoDualCards) {
    chassis.interface(12, 1);
    chassis.pull(12);
    guest.wait_until("test ! -e /sys/bus/pci/devices/0000:00:0c.0");
    guest.wait_until("test ! -e /sys/bus/pci/devices/0000:00:0c.1");
    BOOST_TEST(!chassis.holds_card(12));
    BOOST_TEST(chassis.holds_card(2));
}

BOOST_FIXTURE_TEST_CASE(a_card_that_the_guest_ejects_is_out, TwoDualCards) {
    guest.wait_until("grep -q 1 /sys/bus/pci/slots/12/power");
    guest.expect("echo 0 >/sys/bus/pci/slots/12/power");
    guest.wait_until([&] { return !chassis.holds_card(12); }, 5s, "slot 12 is empty");
    chassis.insert(12, {"e1000"});
    guest.wait_until("grep -q 0x8086 /sys/bus/pci/devices/0000:00:0c.0/vendor");
}

BOOST_FIXTURE_TEST_CASE(traffic_crosses_to_the_far_end_and_nothing_is_lost, OneCard) {
    Traffic traffic(guest);
    guest.wait_until([&] { return traffic.report().returned > 1000; }, 10s, "a second of traffic");
    auto report = traffic.stop();
    BOOST_TEST_INFO(report);
    BOOST_TEST(report.lost == 0);
    BOOST_TEST(report.duplicates == 0);
}

BOOST_FIXTURE_TEST_CASE(the_counting_finds_a_cut, OneCard) {
    Traffic traffic(guest);
    chassis.cut_cable(2, 0);
    guest.wait_until([&] { return traffic.report().gap > 300ms; }, 10s, "silence for 300 ms");
    chassis.mend_cable(2, 0);
    traffic.wait_flowing();
    auto report = traffic.stop();
    BOOST_TEST_INFO(report);
    // How many were sent in that time is the emulator's business.
    BOOST_TEST(report.lost_out > 0);
    BOOST_TEST(report.longest_loss > 0);
    BOOST_TEST((report.gap >= 300ms));
}

BOOST_FIXTURE_TEST_CASE(a_bond_made_by_hand_fails_over, TwoDualCards) {
    const std::string first = chassis.interface(2, 0), second = chassis.interface(12, 0);
    guest.expect("modprobe bonding max_bonds=0");
    guest.expect("ip link add bond0 type bond mode active-backup miimon 50");
    guest.expect("ip link set " + first + " master bond0; ip link set " + second +
                 " master bond0; ip link set bond0 up; ip addr add 10.0.1.1/24 dev bond0");
    const std::string active = "/sys/class/net/bond0/bonding/active_slave";
    guest.wait_until("grep -q " + first + " " + active);
    Traffic traffic(guest);
    chassis.cut_cable(2, 0);
    guest.wait_until("grep -q " + second + " " + active);
    traffic.wait_flowing();
    auto report = traffic.stop();
    BOOST_TEST_INFO(report);
    BOOST_TEST(report.longest_loss < 200);
}

BOOST_FIXTURE_TEST_CASE(a_driver_hangs_or_fails_on_request, Story) {
    chassis.insert(16, {"e1000"});
    auto loading = guest.spawn("exec modprobe had_hang probe_seconds=-1 error=5");
    guest.wait_until("dmesg | grep 'had_hang: probe sleeps'");
    guest.signal(loading, 9);
    BOOST_TEST(guest.running(loading)); // nothing wakes it
    guest.expect("echo 1 >/sys/module/had_hang/parameters/release");
    guest.wait_exit(loading);
    guest.wait_until("dmesg | grep 'had_hang.*probe.*failed with error -5'");
}

BOOST_FIXTURE_TEST_CASE(a_story_finds_nothing_of_the_last_one, Story) {
    BOOST_TEST(guest.expect("ls /sys/class/net") == "lo");
    BOOST_TEST(guest.run("grep -E '^(bonding|virtio_net|e1000) ' /proc/modules").out == "");
    BOOST_TEST(chassis.filled_slots().empty());
}

BOOST_AUTO_TEST_SUITE_END()
