// What happens to a had that runs for years: others touch its bonds, it is stopped, its files go.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <csignal>
#include <nlohmann/json.hpp>

using namespace had::test;

namespace {

struct TwoCards : HadStory {
    explicit TwoCards(const Options& options = {}) : HadStory(options) {
        chassis.insert(2, {"virtio"});
        chassis.insert(12, {"virtio"});
        start(conf);
        wait("bond0", "healthy", 30s);
    }

    const std::string conf = with(with(article_conf, "2.1 = config2\n", ""),
                                  "12.1 = config2\n16 = config1\n", "");
};

struct TwoPorts : TwoCards {
    TwoPorts() : TwoCards(ports_only()) {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(living)

BOOST_FIXTURE_TEST_CASE(a_card_pulled_while_its_driver_loads_leaves_nothing_behind, TwoCards) {
    chassis.pull(12);
    wait("12", "absent");
    chassis.insert(12, {"e1000"});
    wait_log("load module e1000");
    chassis.pull(12);
    wait("12", "absent", 40s);
    chassis.insert(12, {"e1000"});
    wait("bond0", "healthy", 40s);
}

BOOST_FIXTURE_TEST_CASE(a_stopped_had_catches_up_with_all_that_it_missed, TwoPorts,
                        *boost::unit_test::label("beside")) {
    Traffic traffic(guest);
    const int slot = active_slot();
    guest.signal(had, SIGSTOP);
    chassis.pull(slot);
    traffic.wait_flowing();                    // the kernel's own watch
    chassis.insert(slot, {"virtio"});
    guest.wait_until("test $(ls -d /sys/class/net/eth* | wc -l) -ge 2");
    guest.signal(had, SIGCONT);
    wait("bond0", "healthy", 30s);
    wait_log("by the kernel");
}

BOOST_FIXTURE_TEST_CASE(a_foreign_member_and_a_foreign_address_stay, TwoPorts,
                        *boost::unit_test::label("beside")) {
    chassis.insert(16, {"virtio"});
    guest.wait_until("test $(ls -d /sys/class/net/eth* | wc -l) -eq 3");
    const std::string foreign = chassis.interface(16, 0);
    guest.expect("ip link set " + foreign + " master bond0 && ip addr add 10.9.9.9/24 dev bond0");
    reload(with(conf, "10.0.1.1/24", "10.0.1.3/24"));
    guest.wait_until("ip addr show bond0 | grep -q 10.0.1.3/24");
    BOOST_TEST(guest.run("ip addr show bond0 | grep -q 10.9.9.9/24").rc == 0);
    BOOST_TEST(guest.run("ip addr show bond0 | grep -q 10.0.1.1/24").rc != 0);
    BOOST_TEST(guest.run("grep -qw " + foreign + " /sys/class/net/bond0/bonding/slaves").rc == 0);
    BOOST_TEST(status().find(foreign) != std::string::npos, status_now);
}

BOOST_FIXTURE_TEST_CASE(who_keeps_undoing_it_gets_it_and_the_rest_stays_hads, TwoPorts,
                        *boost::unit_test::label("beside")) {
    const auto fight = [&](const std::string& undo, const std::string& undone) {
        // What is undone again within a second counts once: so it takes as often as it takes.
        int times = 0;
        do {
            BOOST_TEST_REQUIRE(++times < 20);
            guest.expect(undo);
            guest.wait_until("hadctl status | grep -q contested || " + undone);
        } while (guest.run("hadctl status | grep -q contested").rc != 0);
        BOOST_TEST(times > 3);
        BOOST_TEST(guest.run(undone).rc != 0);
    };
    reload(with(conf, "10.0.1.1/24\n", "10.0.1.1/24\naddress = 10.0.7.7/24\n"));
    fight("ip addr del 10.0.7.7/24 dev bond0", "ip addr show bond0 | grep 10.0.7.7/24");
    BOOST_TEST(guest.run("ip addr show bond0 | grep 10.0.1.1/24").rc == 0);
    BOOST_TEST(hadctl("reload").rc == 0);
    guest.wait_until("ip addr show bond0 | grep 10.0.7.7/24");
    const std::string port = chassis.interface(2, 0);
    fight("ip link set " + port + " nomaster", "grep -w " + port + " /sys/class/net/bond0/bonding/slaves");
    kill();
    start_again();
    BOOST_TEST(guest.run("grep -w " + port + " /sys/class/net/bond0/bonding/slaves").rc != 0);
    BOOST_TEST(status().find("contested") != std::string::npos, status_now);
    BOOST_TEST(hadctl("reload").rc == 0);
    wait("bond0", "healthy");
}

BOOST_FIXTURE_TEST_CASE(a_paused_had_looks_on_and_the_kernel_keeps_watch, TwoPorts,
                        *boost::unit_test::label("beside")) {
    Traffic traffic(guest);
    BOOST_TEST(hadctl("pause 10min").rc == 0);
    BOOST_TEST(status().starts_with("> the daemon is paused"), status_now);
    const int slot = active_slot();
    chassis.cut_cable(slot, 0);
    traffic.wait_flowing();                    // by the kernel's hand
    wait_log("by the kernel");
    chassis.mend_cable(slot, 0);
    guest.expect("ip addr add 10.0.7.7/24 dev bond0 && ip addr del 10.0.7.7/24 dev bond0");
    chassis.insert(16, {"virtio"});
    reload(with(conf, "[devices]", "[config config9]\naddress = 192.168.99.1/24\n[devices]\n16 = config9"));
    wait("bond0", "healthy");                  // both links are back, nobody had to act
    BOOST_TEST(guest.run("ip addr show | grep 192.168.99.1").rc != 0);
    BOOST_TEST(hadctl("plan").out.find("192.168.99.1") != std::string::npos);
    kill();
    start_again();
    BOOST_TEST(status().starts_with("> the daemon is paused"), status_now);
    BOOST_TEST(guest.run("ip addr show | grep 192.168.99.1").rc != 0);
    BOOST_TEST(hadctl("resume").rc == 0);
    guest.wait_until("ip addr show | grep 192.168.99.1");
    BOOST_TEST(!status().starts_with(">"), status_now);
    BOOST_TEST(hadctl("pause 2s").rc == 0);
    guest.wait_until("! hadctl status | grep paused");
}

BOOST_FIXTURE_TEST_CASE(a_lost_run_directory_stops_no_card_and_comes_back, TwoPorts,
                        *boost::unit_test::label("beside")) {
    guest.expect("rm -rf /run/had");
    chassis.pull(12);
    guest.wait_until("test $(wc -w </sys/class/net/bond0/bonding/slaves) -eq 1");
    chassis.insert(12, {"virtio"});
    guest.wait_until("test $(wc -w </sys/class/net/bond0/bonding/slaves) -eq 2");
    kill();
    start_again();
    wait("bond0", "healthy");
}

BOOST_FIXTURE_TEST_CASE(udevd_may_start_and_start_again_under_a_running_had, TwoCards,
                        *boost::unit_test::label("long")) {
    const std::string udevd = "/lib/systemd/systemd-udevd --daemon";
    for (int n = 0; n < 2; ++n) {
        guest.expect(udevd + " && udevadm trigger && udevadm settle", 60s);
        chassis.pull(12);
        wait("bond0", "degraded");
        chassis.insert(12, {"virtio"});
        wait("bond0", "healthy", 40s);
        guest.expect("udevadm control --exit");
    }
    kill();
    guest.expect(udevd + " && udevadm trigger && udevadm settle", 60s);
    start_again();
    guest.wait_until("grep -q 'events from udev' /run/had-again.log");
    wait("bond0", "healthy");
    for (int n = 0; n < 2; ++n) {
        guest.expect("udevadm control --exit && " + udevd, 60s);
        chassis.pull(12);
        wait("bond0", "degraded");
        chassis.insert(12, {"virtio"});
        wait("bond0", "healthy", 40s);
    }
    guest.expect("udevadm control --exit");
}

BOOST_FIXTURE_TEST_CASE(a_script_can_follow_had_through_a_restart, TwoPorts,
                        *boost::unit_test::label("beside")) {
    const auto monitor = guest.spawn("exec hadctl monitor --json --follow", "/run/monitor");
    const auto watch = guest.spawn("exec hadctl status --watch", "/run/watch");
    guest.wait_until("grep -q bond0 /run/watch");
    chassis.pull(12);
    guest.wait_until("grep -q '\"event\":\"card_out\"' /run/monitor");
    guest.wait_until("grep -q degraded /run/watch");
    const std::string at = guest.expect(
        "sed -n 's/.*\"seq\":\\([0-9]*\\),\"instance\":\"\\([^\"]*\\)\".*/\\2:\\1/p' /run/monitor | head -1");
    kill();
    start_again();
    chassis.insert(12, {"virtio"});
    wait("bond0", "healthy", 30s);
    guest.wait_until("grep -q '\"event\":\"card_in\"' /run/monitor");
    // What another instance had told is lost, and said to be.
    const auto later = guest.spawn("exec hadctl monitor --json --since " + at, "/run/later");
    guest.wait_until("grep -q lost /run/later");
    guest.stop(later);
    guest.stop(monitor);
    guest.stop(watch);
    for (const char* verb : {"status", "explain 12", "explain bond0", "plan", "check", "reload"}) {
        const Result result = hadctl(std::string(verb) + " --json");
        BOOST_TEST((result.rc == 0 && nlohmann::json::accept(result.out)),
                   verb << ": " << result.out << result.err);
    }
}

// The bond keeps the address of the card that it was made of, as the kernel does; the card comes up elsewhere.
BOOST_FIXTURE_TEST_CASE(a_card_that_moves_and_shares_its_address_with_its_old_bond_is_told, HadStory,
                        *boost::unit_test::label("long")) {
    const Card mover{"virtio", 1, {"52:54:00:ab:cd:01"}};
    chassis.insert(2, mover);
    start(with(with(with(article_conf, "2.1 = config2\n", ""), "12.1 = config2\n", ""), "miimon = 100\n",
               "miimon = 100\nmac = first\n"));
    guest.wait_until("test \"$(wc -w </sys/class/net/bond0/bonding/slaves)\" = 1", 30s);
    chassis.insert(12, {"virtio"});
    wait("bond0", "healthy", 30s);
    chassis.pull(2);
    chassis.insert(16, mover);
    wait("16", "degraded", 30s);
    BOOST_TEST(bond_mac() == mover.macs.front());
    BOOST_TEST(status().find("16.0: its MAC address 52:54:00:ab:cd:01 is that of bond0 too") !=
                   std::string::npos,
               status_now);
    chassis.pull(16);
    chassis.insert(16, {"virtio"});
    wait("16", "healthy", 30s);
    wait_log("16.0: no longer: its MAC address");
}

BOOST_AUTO_TEST_SUITE_END()
