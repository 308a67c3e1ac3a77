// had on CompactPCI: what the kernel's core leaves to user space, and what it does not notice.
#include "test/stories/cpci_story.hpp"

#include <random>

using namespace had::test;

namespace {

// A bond as ip(8) makes it, and nobody beside it: what had is measured against.
struct KernelAlone : OnCpci {
    using Loss = void (EmulatedChassis::*)(int slot);

    void make_bond() {
        guest.expect("modprobe -a virtio_net bonding");
        std::string ports;
        for (const int slot : {2, 12}) {
            chassis.insert(slot, mortal);
            ports += fmt::format("link set {} master bond0\n", chassis.interface(slot, 0));
        }
        guest.write_file("/run/bond", "link add bond0 type bond mode active-backup miimon 100\n" + ports +
                                          "addr add 10.0.1.1/24 dev bond0\nlink set bond0 up\n");
        guest.expect("ip -batch /run/bond");
    }

    // Ten seconds, a hundred looks of its monitor.
    TrafficReport lose(int slot, Loss loss) {
        constexpr int ten_seconds = 2000;
        Traffic traffic(guest);
        (emulated().*loss)(slot);
        guest.wait_until([&] { return !traffic.report().flowing; }, 5s, "nothing comes through it");
        traffic.reset();
        guest.wait_until([&] { return traffic.report().sent >= ten_seconds; }, 60s, "ten seconds of packets");
        return traffic.stop();
    }

    void compare(Loss loss) {
        make_bond();
        const int slot = active_slot();
        const std::string port = chassis.interface(slot, 0);
        const TrafficReport alone = lose(slot, loss);
        BOOST_TEST(alone.arrived == 0, alone);
        BOOST_TEST(active() == port);
        BOOST_TEST(guest.expect("cat /sys/class/net/" + port + "/bonding_slave/mii_status") == "up");

        // A had that is started beside it sees what the kernel does not.
        start(conf());
        wait_slaves(1);
        if (loss == &EmulatedChassis::kill_card) emulated().tear_out(slot);
        check_repair(slot);
        Traffic traffic(guest);
        (emulated().*loss)(active_slot());
        wait_log("its card does not answer\\), by had");
        traffic.wait_flowing();
        const TrafficReport with_had = traffic.stop();
        BOOST_TEST(with_had.gap < 1s, with_had);
        BOOST_TEST_MESSAGE("the kernel alone: " << alone << ", and " << port << " is still active and up\n"
                                                << "with had: " << with_had);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(cpci)

BOOST_FIXTURE_TEST_CASE(the_handle_of_the_active_card_is_opened_and_no_packet_is_lost, OnCpci) {
    begin({"virtio", 2});
    Traffic traffic(guest);
    swap_cards(in_soak() ? 20 : 2, {"virtio", 2});
    expect_no_loss(traffic.stop());
    check_thread();
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/bonding/all_slaves_active") == "0");
}

BOOST_FIXTURE_TEST_CASE(the_last_working_card_stays_until_another_has_earned_its_place, OnCpci) {
    chassis.insert(2, {"virtio", 2});
    start(conf());
    wait_slaves(2);
    const Background monitor = guest.spawn("exec hadctl monitor --json", "/run/events");
    Traffic traffic(guest);
    chassis.begin_pull(2);
    wait_log("its card is not let go");
    BOOST_TEST(status().find("its handle was opened") != std::string::npos, status_now);
    BOOST_TEST(!emulated().blue_led(2));
    chassis.insert(12, {"virtio", 2});
    BOOST_TEST(chassis.finish_pull(2, 30s));
    guest.wait_until("grep -q '\"event\":\"extraction_begun\"' /run/events && "
                     "grep -q '\"event\":\"safe_to_pull\"' /run/events");
    expect_no_loss(traffic.stop());
    BOOST_TEST(active_slot() == 12);
    check_thread();
    guest.stop(monitor);
}

BOOST_FIXTURE_TEST_CASE(a_card_with_a_bridge_of_its_own_goes_by_word_and_by_handle, OnCpci,
                        *boost::unit_test::label("long")) {
    const Card bridged{"virtio", 2, {}, true};
    begin(bridged);
    Traffic traffic(guest);
    const int slot = active_slot();
    const Result gone = hadctl(fmt::format("slot offline {} --wait", slot));
    BOOST_TEST(gone.rc == 0, gone.err);
    BOOST_TEST(emulated().blue_led(slot));
    emulated().tear_out(slot);                   // as whoever sees the LED does
    chassis.insert(slot, bridged);
    wait("bond0", "healthy", 60s);
    swap_cards(1, bridged);
    expect_no_loss(traffic.stop());
    check_thread();
}

BOOST_FIXTURE_TEST_CASE(the_active_card_is_torn_out_with_its_handle_closed, OnCpci) {
    begin(mortal);
    Traffic traffic(guest);
    const int slot = active_slot();
    emulated().tear_out(slot);
    wait_log("its card does not answer\\), by had");
    traffic.wait_flowing();
    const TrafficReport report = traffic.stop();
    BOOST_TEST_MESSAGE(report);
    BOOST_TEST(report.gap < 1s, report);
    wait_log(fmt::format("slot {}: the card does not answer", slot));
    check_repair(slot);
}

BOOST_FIXTURE_TEST_CASE(the_active_card_dies_in_its_place, OnCpci) {
    begin(mortal);
    Traffic traffic(guest);
    const int slot = active_slot();
    emulated().kill_card(slot);
    wait_log("its card does not answer\\), by had");
    traffic.wait_flowing();
    const TrafficReport report = traffic.stop();
    BOOST_TEST_MESSAGE(report);
    BOOST_TEST(report.gap < 1s, report);
    wait_slaves(1);
    emulated().tear_out(slot);
    check_repair(slot);
}

BOOST_FIXTURE_TEST_CASE(the_kernel_alone_never_notices_that_a_card_is_torn_out, KernelAlone,
                        *boost::unit_test::label("long")) {
    compare(&EmulatedChassis::tear_out);
}

BOOST_FIXTURE_TEST_CASE(the_kernel_alone_never_notices_that_a_card_has_died, KernelAlone,
                        *boost::unit_test::label("long")) {
    compare(&EmulatedChassis::kill_card);
}

BOOST_FIXTURE_TEST_CASE(a_mode_without_an_active_port_loses_the_dead_one_too, OnCpci) {
    begin(mortal, "balance-rr");
    Traffic traffic(guest);
    emulated().tear_out(12);
    wait_slaves(1);
    traffic.wait_flowing();
    BOOST_TEST_MESSAGE(traffic.stop());
    check_repair(12);
}

// Who was told by word opens the handle only to take the card out: the kernel's thread must not hear of that.
BOOST_FIXTURE_TEST_CASE(a_card_let_go_by_word_is_pulled_by_its_handle_and_the_kernel_serves_on, OnCpci,
                        *boost::unit_test::label("long")) {
    begin({"virtio", 2});
    Traffic traffic(guest);
    for (int cycle = 0; cycle < 2; ++cycle) {
        const int slot = active_slot();
        guest.expect(fmt::format("hadctl slot offline {} --wait", slot), 60s);
        emulated().open_handle(slot);
        wait_thread_looks(3);                 // it would have heard of it by now
        emulated().tear_out(slot);
        chassis.insert(slot, {"virtio", 2});
        wait("bond0", "healthy", 60s);
        check_thread();
    }
    expect_no_loss(traffic.stop());
}

// What the kernel's thread does not survive: a handle is opened, and the card is out before it was let go.
BOOST_FIXTURE_TEST_CASE(service_goes_on_when_the_kernels_thread_has_ended, OnCpci,
                        *boost::unit_test::label("long")) {
    chassis.insert(2, mortal);
    start(conf());
    wait_slaves(1);
    emulated().open_handle(2);
    wait_log("its card is not let go");
    emulated().tear_out(2);
    wait_log("hot-swap thread .* has ended, reboot when convenient");
    BOOST_TEST(guest.run("pidof cpci_hp_polld").rc != 0);
    BOOST_TEST(hadctl("status").rc == 3);

    // Cards come and go as before, by had alone.
    for (const int slot : {2, 12}) chassis.insert(slot, mortal);
    wait("bond0", "healthy", 60s);
    Traffic traffic(guest);
    swap_cards(2, mortal);
    expect_no_loss(traffic.stop());
    const int slot = active_slot();
    emulated().tear_out(slot);
    wait_slaves(1);
    chassis.insert(slot, mortal);
    wait("bond0", "healthy", 60s);
}

BOOST_FIXTURE_TEST_CASE(a_domain_is_given_away_and_taken_back_under_traffic, OnCpci,
                        *boost::unit_test::label("long")) {
    begin({"virtio", 2});
    BOOST_TEST(hadctl("bond activate bond0 12.0").rc == 0);
    BOOST_TEST(hadctl("bond auto bond0").rc == 0);
    BOOST_TEST(active_slot() == 12);
    Traffic traffic(guest);
    const Result released = hadctl("domain release B");
    BOOST_TEST(released.rc == 0, released.err);
    BOOST_TEST(released.out == "domain B is released\n");
    wait_slaves(2);
    BOOST_TEST(active_slot() == 2);
    BOOST_TEST(!emulated().blue_led(12));        // nobody is to pull anything
    BOOST_TEST(guest.run(fmt::format("ls /sys/bus/pci/devices/{}/driver", emulated().pci_address(12, 0))).rc != 0);
    BOOST_TEST(hadctl("domain release A").rc == 5);
    kill();
    start_again();
    guest.wait_until("hadctl status | grep -q 'domain B: released'");
    wait_slaves(2);
    BOOST_TEST(hadctl("domain take B").rc == 0);
    wait("bond0", "healthy", 60s);
    expect_no_loss(traffic.stop());
}

BOOST_FIXTURE_TEST_CASE(the_wrong_card_is_quarantined_until_an_operator_lets_it_in, OnCpci) {
    chassis.insert(12, {"virtio"});
    start(with(conf(), "[slot 2]\n", "[slot 2]\naccept = 1af4:1000\n"));
    chassis.insert(2, {"rtl8139"});
    wait("2", "quarantined");
    BOOST_TEST(guest.run("grep -q ^8139 /proc/modules").rc != 0);         // nor is a driver loaded for it
    BOOST_TEST(hadctl("slot accept 2").rc == 0);
    wait("bond0", "healthy", 60s);
    chassis.pull(2);
    chassis.insert(2, {"virtio"});
    wait("bond0", "healthy", 60s);
    BOOST_TEST(status().find("accepted") == std::string::npos, status_now);
}

// Cards come and go in any order that the kernel survives, and nothing is left of it.
BOOST_FIXTURE_TEST_CASE(two_hundred_cards_come_and_go_and_nothing_is_left_behind, OnCpci,
                        *boost::unit_test::label("long")) {
    const int cycles = in_soak() ? 200 : 4;
    begin(mortal);
    const std::string pid = std::to_string(had.pid);
    const auto number = [&](const std::string& command) { return std::stoi(guest.expect(command)); };
    const std::string open_files = "ls /proc/" + pid + "/fd | wc -l";
    const std::string memory = "awk '/VmRSS/ {print $2}' /proc/" + pid + "/status";
    swap_cards(1, mortal);             // what is allocated once
    const int files = number(open_files), kilobytes = number(memory);
    std::mt19937 dice(2002);                  // always the same cards
    for (int cycle = 0; cycle < cycles; ++cycle) {
        const int slot = dice() % 2 ? 2 : 12;
        if (dice() % 4 == 0) {
            emulated().tear_out(slot);
            guest.wait_until(fmt::format("hadctl wait {} --until absent", slot), 30s);
        } else {
            chassis.pull(slot);
        }
        chassis.insert(slot, dice() % 2 ? mortal : mortal_card(true));
        wait("bond0", "healthy", 60s);
        check_thread();
    }
    BOOST_TEST_MESSAGE(fmt::format("{} cycles: {} files, {} kB; at the start {} and {}", cycles,
                                   number(open_files), number(memory), files, kilobytes));
    BOOST_TEST(number(open_files) <= files);
    BOOST_TEST(number(memory) < kilobytes + 1024);
}

BOOST_AUTO_TEST_SUITE_END()
