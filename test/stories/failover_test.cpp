// The active port's cable goes, and what else may happen at that time: had fails over all the same.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"
#include "test/stories/rtnl_wait.hpp"

#include <csignal>
#include <sstream>

using namespace had::test;

namespace {

// A bond and its ports; one port a slot.
std::string conf(std::string_view bond_keys, std::string_view devices) {
    return "[had]\n[bond bond0]\nmode = active-backup\nmiimon = 100\naddress = 10.0.1.1/24\n" +
           std::string(bond_keys) + "[config config2]\nbond = bond0\n[devices]\n" +
           std::string(devices);
}

// Its receive filter would be set by a dozen commands at each change of the active port, and for each the
// kernel waits for QEMU's main loop: more than all that is timed here.
Card unfiltered(int functions) {
    return {"virtio", functions, {}, false, {"ctrl_rx=off"}};
}

struct Failover : HadStory {
    using HadStory::HadStory;

    // How often bond0's active port has changed, by had or by the kernel.
    int failovers() {
        return std::stoi(guest.run("grep -c 'bond0: active port is now' /run/had.log").out);
    }
    void wait_usable(int slot) {
        guest.wait_until("cd /sys/class/net/" + chassis.interface(slot, 0) +
                         " && grep -q 1 carrier && grep -q up bonding_slave/mii_status");
    }
    void wait_active(int slot) {
        guest.wait_until("grep -qx " + chassis.interface(slot, 0) +
                         " /sys/class/net/bond0/bonding/active_slave");
    }

    // Cuts the active port's cable.  From the moment at which had heard of it, it must have the
    // kernel's acknowledgement hardly later than anybody would who waited for the RTNL then.  50 ms are what
    // the machine may take the emulated processor away for; a driver or a removal takes seconds.
    void fails_over_promptly() {
        constexpr long long allowed_us = 50000;
        const int slot = active_slot();
        const int before = failovers();
        RtnlWait wait(guest);
        chassis.cut_cable(slot, 0);
        guest.wait_until([&] { return failovers() > before; }, 20s, "the failover is told");
        const long long longest = wait.stop();
        std::istringstream words(guest.expect(
            "sed -nE 's/.*active port is now .*by had.* acknowledged ([0-9]+) us, announced.*peers told.*/\\1/p' "
            "/run/had.log | tail -n 1"));
        long long took = -1;
        words >> took;
        BOOST_TEST_MESSAGE("acknowledged after " << took << " us, longest wait " << longest << " us");
        BOOST_TEST(took >= 0, log_now);
        BOOST_TEST(took <= longest + allowed_us);
        chassis.mend_cable(slot, 0);
    }
};

struct OfPorts : Failover {
    OfPorts() : Failover(ports_only()) {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(failover_stories)

BOOST_FIXTURE_TEST_CASE(a_flapping_port_is_not_preferred_until_it_is_the_last, Failover) {
    for (const int slot : {2, 4, 12}) chassis.insert(slot, {"virtio"});
    // With so short a rise each of the ten would be a failback, were it not damped.
    start(conf("primary = 2.0\nrise = 10ms\n", "2 = config2\n4 = config2\n12 = config2\n"));
    wait("bond0", "healthy", 30s);
    wait_active(2);
    const int before = failovers();
    const std::string carrier = "/sys/class/net/" + chassis.interface(2, 0) + "/carrier";
    for (int n = 0; n < 10; ++n) {
        chassis.cut_cable(2, 0);
        guest.wait_until("grep -q 0 " + carrier);
        chassis.mend_cable(2, 0);
        guest.wait_until("grep -q 1 " + carrier);
    }
    wait_usable(2);
    BOOST_TEST(failovers() - before <= 6); // away and back, twice; then damped
    const int second = active_slot();
    BOOST_TEST(second != 2);

    // The primary is there, and yet the port without a past goes before it.
    chassis.cut_cable(second, 0);
    const int third = 4 + 12 - second;
    wait_active(third);
    Traffic traffic(guest);
    chassis.cut_cable(third, 0);
    wait_active(2);
    traffic.wait_flowing();
    BOOST_TEST_MESSAGE(traffic.stop());
}

BOOST_FIXTURE_TEST_CASE(a_slow_driver_and_a_removal_in_other_slots_delay_no_failover, Failover) {
    chassis.insert(2, unfiltered(1));
    chassis.insert(12, unfiltered(1));
    chassis.insert(16, {"rtl8139"});
    start(conf("", "2 = config2\n12 = config2\n4 = config2\n16 = config2\n"));
    guest.write_file("/etc/pcidrivers.conf",
                     "[had_hang]\nid = 8086:100e\noptions = probe_seconds=-1\n[virtio_pci]\n"
                     "id = 1af4:1000\nalso = virtio_net\n[8139cp]\nid = 10ec:8139\n");
    // The kernel does not look: what happens is had's doing.
    reload(with(guest.read_file("/etc/had.conf"), "miimon = 100", "miimon = 10000"));
    for (const char* port : {"2.0", "12.0", "16.0"}) wait(port, "healthy", 30s);
    chassis.insert(4, {"e1000"});
    guest.wait_until("dmesg | grep 'had_hang: probe sleeps'");
    // By hand in sysfs it would be moved back.
    if (active_slot() == 16) guest.expect("hadctl bond activate bond0 2.0 && hadctl bond auto bond0");
    chassis.begin_pull(16);
    fails_over_promptly();
    BOOST_TEST(chassis.finish_pull(16, 30s));
    BOOST_TEST(status().find("loading had_hang") != std::string::npos);
    guest.expect("echo 1 >/sys/module/had_hang/parameters/release");
}

BOOST_FIXTURE_TEST_CASE(a_storm_of_link_changes_leaves_every_bond_as_it_should_be, Failover,
                        *boost::unit_test::label("long")) {
    // Two bonds across two cards.
    const std::string file =
        conf("", "2.0 = config2\n12.0 = config2\n2.1 = config3\n12.1 = config3\n") +
        "[bond bond1]\nmode = active-backup\nmiimon = 100\n[config config3]\nbond = bond1\n";
    for (const int slot : {2, 12}) chassis.insert(slot, unfiltered(2));
    start(file);
    for (const char* bond : {"bond0", "bond1"}) wait(bond, "healthy", 30s);

    // Dummy interfaces change as fast as the guest can make them (up and down is slow, an MTU is not),
    // while cables flap and had is made not to listen until its socket has overflowed.
    guest.expect("modprobe dummy numdummies=0; for n in $(seq 10); do ip link add dummy$n type dummy; "
                 "echo link set dummy$n up; for m in $(seq 1300 1400); do echo link set dummy$n mtu $m; "
                 "done; echo link set dummy$n down; done >/run/storm");
    const Background storm = // with what the processor has left
        guest.spawn("exec nice -n 19 sh -c 'while ip -batch /run/storm; do :; done'", "/run/storm.log");
    const std::string drops = "awk 'NR > 1 { n += $9 } END { print n }' /proc/net/netlink";
    const std::string memory = "awk '/^VmRSS/ { print $2 }' /proc/" + std::to_string(had.pid) + "/status";
    const Deadline end(in_soak() ? 60s : 0s);
    long early = 0, late = 0;
    for (int round = 0; round < 2 || !end.passed(); ++round) {
        const std::string resyncs = "grep -c 'rtnetlink lost messages' /run/had.log";
        const int heard = std::stoi(guest.run(resyncs).out);
        guest.signal(had, SIGSTOP);
        const std::string lost = guest.expect(drops);
        const int port = round % 2;
        chassis.cut_cable(2, port);
        guest.expect("until test $(" + drops + ") -gt " + lost + "; do ip -batch /run/storm; done", 120s);
        chassis.mend_cable(2, port);
        guest.signal(had, SIGCONT);
        guest.wait_until("test $(" + resyncs + ") -gt " + std::to_string(heard), 30s);
        (round < 1 ? early : late) = std::stol(guest.expect(memory));
    }
    BOOST_TEST_MESSAGE("VmRSS early " << early << " kB, late " << late << " kB");
    BOOST_TEST(late < early + early / 10);
    for (const char* bond : {"bond0", "bond1"}) wait(bond, "healthy", 30s);
    BOOST_TEST(guest.expect("cat /sys/class/net/bond?/bonding/slaves | wc -w") == "4");
    reload(with(file, "miimon = 100", "miimon = 10000")); // so that the next one is had's
    fails_over_promptly();
    guest.stop(storm);
    wait("bond0", "healthy", 30s);
    const std::string plan = hadctl("plan --json").out;
    BOOST_TEST(plan.find("\"actions\":[]") != std::string::npos, plan);
}

BOOST_FIXTURE_TEST_CASE(keepalived_on_the_bond_notices_no_failover, OfPorts,
                        *boost::unit_test::label("beside")) {
    for (const int slot : {2, 12}) chassis.insert(slot, {"virtio"});
    start(conf("", "2 = config2\n12 = config2\n"));
    wait("bond0", "healthy", 30s);
    guest.write_file("/run/notify", "#!/bin/sh\necho $3 >>/run/vrrp\n");
    guest.write_file("/run/keepalived.conf",
                     "global_defs {\n script_user root\n enable_script_security\n}\n"
                     "vrrp_instance chassis {\n interface bond0\n state MASTER\n virtual_router_id 51\n"
                     " priority 200\n advert_int 0.2\n version 3\n virtual_ipaddress {\n  10.0.1.100/24\n }\n"
                     " notify /run/notify\n}\n");
    guest.expect("chmod 755 /run/notify");
    const Background keepalived =
        guest.spawn("exec keepalived -n -l -D -P -f /run/keepalived.conf",
                    "/run/keepalived.log");
    guest.wait_until("grep -qx MASTER /run/vrrp && ip -br addr show bond0 | grep 10.0.1.100");
    const std::string states = guest.read_file("/run/vrrp");
    for (int n = 0; n < 3; ++n) {
        const int slot = active_slot();
        chassis.cut_cable(slot, 0);
        wait_active(2 + 12 - slot);
        chassis.mend_cable(slot, 0);
        wait_usable(slot);
    }
    BOOST_TEST(failovers() >= 3);
    guest.stop(keepalived); // it has said all that it had to say
    BOOST_TEST(guest.expect("grep -v STOP /run/vrrp") + "\n" == states,
               guest.read_file("/run/keepalived.log"));
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

struct EightBonds : Failover {
    EightBonds() : Failover(options()) {}
    static Options options() {
        Options o;
        o.cables = 0;
        o.cards[2] = o.cards[12] = {"virtio", 8, {}, false, {"vectors=0"}};
        return o;
    }
    static std::string file() {
        std::string bonds, devices = "[devices]\n";
        for (int n = 0; n < 8; ++n) {
            const std::string i = std::to_string(n);
            bonds += "[bond bond" + i + "]\nmode = active-backup\nmiimon = 100\n[config config" + i +
                     "]\nbond = bond" + i + "\n";
            devices += "2." + i + " = config" + i + "\n12." + i + " = config" + i + "\n";
        }
        return "[had]\n" + bonds + devices;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(failover_of_many)

BOOST_FIXTURE_TEST_CASE(eight_bonds_on_two_cards_survive_the_removal_of_one, EightBonds,
                        *boost::unit_test::label("long")) {
    start(file());
    for (int n = 0; n < 8; ++n) wait("bond" + std::to_string(n), "healthy", 40s);
    const int gone = active_slot(), left = 2 + 12 - gone;
    std::string ports;
    for (int n = 0; n < 8; ++n) ports += chassis.interface(left, n) + "\n";
    chassis.pull(gone);
    for (int n = 0; n < 8; ++n) wait("bond" + std::to_string(n), "degraded");
    BOOST_TEST(guest.expect("cat /sys/class/net/bond?/bonding/active_slave") + "\n" == ports);
}

BOOST_AUTO_TEST_SUITE_END()
