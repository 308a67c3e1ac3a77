// The CompactPCI backplane itself, without had: what the kernel's core does, and what it leaves to user
// space.
#include "test/boost_test.hpp"
#include "test/chassis/compact_pci.hpp"
#include "test/chassis/story.hpp"

#include <fmt/format.h>

using namespace had::test;

namespace {

struct Cpci : Story {
    Cpci() : Story(options()) { guest.expect("modprobe virtio_net"); }
    static Options options() {
        Options o;
        o.backplane = Backplane::cpci;
        return o;
    }
    std::string file(int slot, std::string_view name) {
        return fmt::format("/sys/bus/pci/slots/{}/{}", emulated().slot_name(slot), name);
    }
    std::string read(int slot, std::string_view name) { return guest.expect("cat " + file(slot, name)); }
    // What user space is to do.  One byte: a second write would be made of the newline.
    void let_go(int slot) { guest.run("printf 0 >" + file(slot, "power")); }
    // The same of a card whose handle is open: the core's thread looks every 500 ms, and ends for ever when
    // it looks while the card is being let go (cpci_hotplug_core.c check_slots).  So the long part comes
    // first, the removal of the functions, after which the core finds none to remove; and the short one
    // when the thread has just gone to sleep.
    void let_go_between_looks(int slot) {
        const std::string card = fmt::format("/sys/bus/pci/devices/0000:00:{:02x}.0/*:{:02x}.*",
                                             domain_bridge(slot).device, device_in_domain(slot));
        guest.expect("for function in " + card + R"(; do echo 1 >$function/remove; done
            thread=$(pidof cpci_hp_polld)
            sleeps() { while read -r key times; do
                           [ $key != voluntary_ctxt_switches: ] || break
                       done </proc/$thread/status; }
            sleeps; before=$times
            while [ $times = $before ]; do sleeps; done
            printf 0 >)" + file(slot, "power"));
    }
    void wait_reads(int slot, std::string_view name, std::string_view value) {
        guest.wait_until(fmt::format("grep -qx {} {}", value, file(slot, name)));
    }
    void check_thread() { BOOST_TEST(guest.run("pidof cpci_hp_polld").rc == 0); }
};

} // namespace

// The chassis itself, which every other story tries too.
BOOST_AUTO_TEST_SUITE(cpci_backplane, *boost::unit_test::label("long"))

BOOST_FIXTURE_TEST_CASE(sixteen_slots_in_two_domains_are_announced, Cpci) {
    for (int slot = 1; slot <= 16; ++slot) BOOST_TEST(read(slot, "adapter") == "0");
    BOOST_TEST(emulated().slot_name(1).substr(0, 2) != emulated().slot_name(9).substr(0, 2));
    BOOST_TEST(guest.expect("basename $(readlink -f " + file(2, "module") + ")") == "pci_hotplug");
}

BOOST_FIXTURE_TEST_CASE(a_card_comes_by_its_handle_and_goes_by_it, Cpci) {
    chassis.insert(2, {"virtio", 2});
    const std::string first = chassis.interface(2, 0);
    BOOST_TEST(first != chassis.interface(2, 1));
    wait_reads(2, "adapter", "1");
    guest.expect("ip addr add 10.0.1.1/24 dev " + first + " && ip link set " + first + " up");
    Traffic traffic(guest);
    BOOST_TEST(traffic.stop().lost == 0);

    emulated().open_handle(2);
    wait_reads(2, "latch", "0");
    BOOST_TEST(read(2, "adapter") == "1"); // the core waits for user space
    BOOST_TEST(!emulated().blue_led(2));
    let_go_between_looks(2);
    BOOST_TEST(chassis.finish_pull(2, 5s));
    guest.wait_until("test ! -e /sys/class/net/" + first);

    chassis.insert(2, {"rtl8139"});
    guest.expect("modprobe 8139cp");
    chassis.interface(2, 0);
    chassis.insert(12, {"e1000"});
    guest.expect("modprobe e1000");
    chassis.interface(12, 0);
    check_thread();
}

BOOST_FIXTURE_TEST_CASE(a_card_with_a_bridge_of_its_own_is_plugged_in, Cpci) {
    chassis.insert(4, {"virtio", 2, {}, true});
    BOOST_TEST(chassis.interface(4, 0) != chassis.interface(4, 1));
    BOOST_TEST(emulated().pci_address(4, 1).substr(7) == ":05.0");
    emulated().open_handle(4);
    wait_reads(4, "latch", "0");
    let_go_between_looks(4);
    BOOST_TEST(chassis.finish_pull(4, 5s));
    check_thread();
}

BOOST_FIXTURE_TEST_CASE(a_card_that_is_torn_out_stays_in_the_kernels_books, Cpci) {
    chassis.insert(2, {"virtio"});
    const std::string interface = chassis.interface(2, 0);
    guest.expect("ip addr add 10.0.1.1/24 dev " + interface + " && ip link set " + interface + " up");
    Traffic traffic(guest);
    emulated().tear_out(2);
    guest.wait_until([&] { return !traffic.report().flowing; }, 5s, "nothing comes through it");
    BOOST_TEST(guest.expect("cat /sys/class/net/" + interface + "/carrier") == "1");
    BOOST_TEST(read(2, "adapter") == "1");
    BOOST_TEST(read(2, "latch") == "1");
    traffic.stop();
    let_go(2);
    guest.wait_until("test ! -e /sys/class/net/" + interface);
    chassis.insert(2, {"virtio"});
    chassis.interface(2, 0);
    check_thread();
}

BOOST_FIXTURE_TEST_CASE(a_card_that_dies_serves_no_more_and_keeps_its_carrier, Cpci) {
    chassis.insert(12, {"virtio"});
    const std::string interface = chassis.interface(12, 0), function = emulated().pci_address(12, 0);
    guest.expect("ip addr add 10.0.1.1/24 dev " + interface + " && ip link set " + interface + " up");
    Traffic traffic(guest);
    emulated().kill_card(12);
    guest.wait_until([&] { return !traffic.report().flowing; }, 5s, "nothing comes through it");
    BOOST_TEST(guest.expect("cat /sys/class/net/" + interface + "/carrier") == "1");
    BOOST_TEST(guest.expect("od -An -tx1 -N4 /sys/bus/pci/devices/" + function + "/config") == " ff ff ff ff");
    traffic.stop();
    let_go(12);
    guest.wait_until("test ! -e /sys/class/net/" + interface);
}

BOOST_AUTO_TEST_SUITE_END()
