// Ways that fail while their links stay: the switch's port is dead, and the cable is not cut.
#include "test/boost_test.hpp"
#include "test/stories/path_story.hpp"

#include <fmt/format.h>

using namespace had::test;

namespace {

using Paths = PathStory;

} // namespace

BOOST_AUTO_TEST_SUITE(paths, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(a_dead_port_of_the_switch_is_left_and_returned_to_when_it_has_earned_it, Paths) {
    begin("monitor = gw\n", gateway);
    wait_active(2);
    Traffic traffic(guest, 500);
    const std::string neighbour = guest.expect("ip -n far neigh show 10.0.1.1 | cut -d ' ' -f 1-5");
    set_switch_port(2, false);
    wait_active(12);
    traffic.wait_flowing();
    const TrafficReport report = traffic.report();
    BOOST_TEST_MESSAGE("path lost: " << report);
    wait("2.0", "down");
    BOOST_TEST(status().find("would not serve: gw: no answer from 10.0.1.2") != std::string::npos, status_now);
    BOOST_TEST(hadctl("path bond0").rc == 3);
    BOOST_TEST_MESSAGE(hadctl("path").out);
    // Half a second is a long time beside 250 to 350 ms, and short beside the kernel's never.
    BOOST_TEST(report.longest_loss < 500, report);
    set_switch_port(2, true);
    wait("bond0", "healthy", 30s);
    // The far end has learnt nothing of the probes.
    BOOST_TEST(guest.expect("ip -n far neigh show 10.0.1.1 | cut -d ' ' -f 1-5") == neighbour);
    BOOST_TEST(guest.expect("ip -n far neigh show | grep -vc 10.0.1.1 || true") == "0");
    BOOST_TEST(hadctl("path").rc == 0, hadctl("path").out);
    traffic.stop();
}

BOOST_FIXTURE_TEST_CASE(a_backup_that_would_not_serve_is_told_and_a_far_end_that_is_dead_moves_nothing, Paths) {
    begin("monitor = gw\n", gateway);
    wait_active(2);
    const long before = moves();
    set_switch_port(12, false);
    wait("12.0", "down");
    wait("bond0", "degraded");
    set_switch_port(12, true);
    wait("bond0", "healthy", 30s);
    guest.expect("ip -n far link set br0 down");
    guest.wait_until("hadctl alarms | grep -q bond0/path-silent");
    BOOST_TEST(log().find("the far end is silent") != std::string::npos, log_now);
    guest.expect("ip -n far link set br0 up");
    guest.wait_until("! hadctl alarms | grep -q bond0/path-silent");
    wait("bond0", "healthy", 30s);
    BOOST_TEST(moves() == before, log_now);
}

// Nobody is asked but the other port; a host that talks now and then tells which side is dead.
BOOST_FIXTURE_TEST_CASE(two_ports_that_ask_each_other_need_no_target, Paths) {
    begin("monitor = mates\n", mates);
    wait_active(2);
    const Background talk = guest.spawn("while :; do ip netns exec far busybox ping -c 1 -W 1 10.0.1.77; done");
    guest.wait_until("hadctl path bond0");
    set_switch_port(2, false);
    wait_active(12, 30s);
    BOOST_TEST(status().find("it is cut off") != std::string::npos, status_now);
    set_switch_port(2, true);
    wait("bond0", "healthy", 30s);
}

BOOST_FIXTURE_TEST_CASE(a_fault_file_says_that_no_port_has_a_way, Paths) {
    begin("monitor = gw\nfault_file = /run/had/fault/bond0\n", gateway + "action = fault\n");
    const auto says = [this](const std::string& word) {
        guest.wait_until("test \"$(cat /run/had/fault/bond0)\" = " + word);
    };
    says("0");
    set_switch_port(2, false);
    wait_active(12);
    says("0");
    set_switch_port(12, false);
    says("1");
    kill();
    says("1");                                // a daemon that dies leaves its word
    start_again();
    wait("bond0", "healthy", 30s);            // nobody has answered it yet, so it knows no better
    says("1");
    set_switch_port(12, true);
    says("0");
    set_switch_port(2, true);
    wait("bond0", "healthy", 30s);
}

// Monitors come and go with the file, and the traffic does not notice.
BOOST_FIXTURE_TEST_CASE(monitors_are_added_changed_and_removed_under_traffic, Paths) {
    begin("", "");
    Traffic traffic(guest, 500);
    const std::string plain = two_cards_conf, watched = with(plain, "address", "monitor = gw mates\naddress");
    const long before = moves();
    for (const std::string& conf : {watched + gateway + mates, watched + with(gateway, "100ms", "50ms") + mates,
                                    with(watched, " mates", "") + gateway, plain}) {
        reload(conf);
        guest.wait_until("! hadctl path | grep -Eq 'silent|unproven'");
    }
    BOOST_TEST(hadctl("path").out == "no monitor watches it\n");
    guest.wait_until("! grep -q . /proc/net/packet || test $(wc -l </proc/net/packet) -le 1");
    expect_no_loss(traffic.stop());
    BOOST_TEST(moves() == before, log_now);
}

// A switch that never passes a frame from one of its ports to the other (private VLAN): told, and no more than that.
BOOST_FIXTURE_TEST_CASE(ports_that_are_isolated_from_each_other_are_not_proven_and_nothing_follows, Paths) {
    set_isolated("on");
    begin("monitor = mates\n", mates);
    const long before = moves();
    const Result ready = hadctl("wait bond0 --until ready --timeout 3");
    BOOST_TEST(ready.rc == 7);
    BOOST_TEST(ready.err.find("is not proven by mates") != std::string::npos, ready.err);
    BOOST_TEST(hadctl("status").rc == 0, status_now);
    BOOST_TEST(moves() == before, log_now);
    set_isolated("off");
    BOOST_TEST(hadctl("wait bond0 --until ready --timeout 30").rc == 0, status_now);
}

// A program's word and a file's: the one by its exit status, the other by a rename in a directory that comes later.
BOOST_FIXTURE_TEST_CASE(other_programs_say_whether_a_way_is_well, Paths) {
    guest.write_file("/etc/look", "#!/bin/sh\ntest ! -e /run/ill || { echo no session; exit 1; }\n");
    guest.expect("chmod 755 /etc/look");
    begin("monitor = look session\n", "[monitor look]\nkind = exec\ncommand = /etc/look\ninterval = 1s\n"
                                      "fall = 2\n[monitor session]\nkind = file\nfile = /run/session/state\n");
    guest.wait_until("hadctl path | grep look | grep -q good");
    guest.expect("touch /run/ill");
    guest.wait_until("hadctl explain bond0 | grep -q 'it ended with 1: no session'");
    wait("bond0", "degraded", 30s);
    guest.expect("rm /run/ill");
    guest.expect("mkdir /run/session; echo 0 >/run/session/new; mv /run/session/new /run/session/state");
    guest.wait_until("hadctl path | grep session | grep -q good");
    guest.expect("echo 1 >/run/session/new; mv /run/session/new /run/session/state");
    guest.wait_until("hadctl path | grep session | grep -q silent");
    guest.expect("echo 0 >/run/session/state");
    wait("bond0", "healthy", 30s);
}

// A thousand times a port goes down and comes back, and no socket is left of it.
BOOST_FIXTURE_TEST_CASE(sockets_follow_a_port_that_comes_and_goes, Paths, *boost::unit_test::label("long")) {
    begin("monitor = gw mates\n", gateway + mates);
    const std::string count = "ls /proc/$(pidof had | cut -d ' ' -f 1)/fd | wc -l; wc -l </proc/net/packet";
    guest.wait_until("! hadctl path | grep -Eq 'silent|unproven'");
    const std::string before = guest.expect(count);
    guest.expect(fmt::format("for n in $(seq 1000); do ip -n far link set {0} down; ip -n far link set {0} up; done",
                             chassis.far_interface(12, 0)), 600s);
    wait("bond0", "healthy", 60s);
    guest.wait_until("! hadctl path | grep -Eq 'silent|unproven'");
    BOOST_TEST(guest.expect(count) == before);
}

// How long the traffic is gone, ten times: with a monitor of ours, and with the kernel's ARP monitor and its numbers.
BOOST_FIXTURE_TEST_CASE(a_dead_path_is_left_sooner_than_by_the_kernels_arp_monitor, Paths,
                        *boost::unit_test::label("long")) {
    const auto measure = [this](const char* who) {
        std::string figures;
        for (int n = 0; n < 10; ++n) {
            Traffic traffic(guest, 200);
            const int from = active_slot();
            set_switch_port(from, false);
            wait_active(14 - from);
            traffic.wait_flowing();
            figures += fmt::format(" {}", traffic.stop().gap_out.count());
            set_switch_port(from, true);
            guest.wait_until("grep -L 'MII Status: down' /proc/net/bonding/bond0 | grep -q . && "
                             "! hadctl path | grep -Eq 'silent|unproven'");
        }
        BOOST_TEST_MESSAGE(who << ", ms without traffic:" << figures);
    };
    begin("monitor = gw\n", gateway);
    measure("had, arp 100 ms x 3");
    const std::string arp = "arp_interval = 100\narp_missed_max = 3\narp_ip_target = 10.0.1.2\narp_validate = all";
    guest.write_file("/etc/had.conf", with(two_cards_conf, "miimon  = 100", arp));
    const Result forced = hadctl("reload --force");
    BOOST_TEST(forced.rc == 0, forced.out << forced.err);
    guest.wait_until("grep -q 'ARP Polling Interval' /proc/net/bonding/bond0");
    measure("kernel, arp_interval 100, arp_missed_max 3");
}

BOOST_AUTO_TEST_SUITE_END()
