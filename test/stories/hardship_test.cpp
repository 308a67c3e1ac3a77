// What the machine may lack: failover goes on without it, and what was lost is told when it is there again.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <csignal>

using namespace had::test;

namespace {

struct Hardship : HadStory {
    Hardship() : HadStory(ports_only()) {
        chassis.insert(2, {"virtio"});
        chassis.insert(12, {"virtio"});
        guest.write_file("/etc/had.conf", two_cards_conf);
    }
    void begin(const std::string& command, const std::string& log = "/run/had.log") {
        had = guest.spawn(command, log);
        guest.wait_until("hadctl status; test $? -ne 9", 60s);
        wait("bond0", "healthy", 60s);
    }
    // The bond moves, as the kernel sees it, and both cards serve again.
    void fails_over() {
        const int slot = active_slot(), other = slot == 2 ? 12 : 2;
        chassis.cut_cable(slot, 0);
        guest.wait_until("grep -qx " + chassis.interface(other, 0) + " /sys/class/net/bond0/bonding/active_slave");
        chassis.mend_cable(slot, 0);
        guest.wait_until("grep -q up /sys/class/net/" + chassis.interface(slot, 0) + "/bonding_slave/mii_status");
    }
    // There and back; for ten minutes where time is no matter.
    void fails_over_for_a_while() {
        const auto end = std::chrono::steady_clock::now() + (in_soak() ? 10min : 0min);
        do {
            fails_over();
            fails_over();
        } while (std::chrono::steady_clock::now() < end);
    }
    std::string proc() const { return "/proc/" + std::to_string(had.pid); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(hardship, *boost::unit_test::label("long"))

BOOST_FIXTURE_TEST_CASE(a_reader_of_the_log_that_stops_reading, Hardship) {
    guest.expect("mkfifo /run/log-pipe");
    const Background holder = guest.spawn("exec sleep 100000 </run/log-pipe");
    begin("exec had -v 2>/run/log-pipe");
    // Fifty lines of mistakes at each signal: more than a pipe holds.
    guest.expect("for n in $(seq 50); do echo \"[nonsense $n]\"; done >>/etc/had.conf");
    guest.expect("for n in $(seq 40); do kill -HUP " + std::to_string(had.pid) + "; hadctl status; done; true", 120s);
    fails_over_for_a_while();
    BOOST_TEST(hadctl("status").rc != 9);
    const Background reader = guest.spawn("exec cat /run/log-pipe", "/run/had.log");
    wait_log("lost", 90s);
    fails_over();
    wait_log("active port is now");
    guest.stop(holder);
}

BOOST_FIXTURE_TEST_CASE(a_full_disk, Hardship) {
    guest.expect("mkdir -p /var/lib/had /run/had && for d in /var/lib/had /run/had; do "
                 "mount -t tmpfs -o size=64k none $d; done");
    begin("exec had -v");
    guest.run("for d in /var/lib/had /run/had; do cat /dev/zero >$d/fill; done");
    const Result refused = hadctl("pause");
    BOOST_TEST((refused.rc == 1 && refused.err.find("No space left") != std::string::npos), refused.err);
    BOOST_TEST(status().find("paused") == std::string::npos, status_now);
    fails_over_for_a_while();
    guest.expect("rm /var/lib/had/fill /run/had/fill");
    BOOST_TEST(hadctl("pause").rc == 0);
    BOOST_TEST(hadctl("resume").rc == 0);
    fails_over();
    guest.expect("kill " + std::to_string(had.pid));
    guest.wait_exit(had);
    guest.expect("umount /var/lib/had /run/had");
}

BOOST_FIXTURE_TEST_CASE(a_clock_that_is_set_forward_and_back_a_day, Hardship) {
    begin("exec had -v");
    for (const char* change : {"1 day", "-2 days", "1 day"}) {
        guest.expect(std::string("date -s '") + change + "'");
        fails_over();
        const std::string before = guest.expect("cut -d' ' -f14,15 " + proc() + "/stat");
        wait("bond0", "healthy", 30s);
        BOOST_TEST_MESSAGE("clock ticks used: " << before);
    }
    fails_over_for_a_while();
}

BOOST_FIXTURE_TEST_CASE(descriptors_that_are_used_up, Hardship) {
    begin("exec had -v");
    guest.expect("prlimit --pid " + std::to_string(had.pid) + " --nofile=$(ls " + proc() + "/fd | wc -l):4096");
    BOOST_TEST(guest.run("timeout 3 hadctl status").rc != 0);
    fails_over_for_a_while();
    guest.expect("prlimit --pid " + std::to_string(had.pid) + " --nofile=1024:4096");
    wait("bond0", "healthy", 30s);
    wait_log("cannot take clients: Too many open files");
    wait_log("takes clients again");
    BOOST_TEST(guest.expect("grep -c 'active port is now' /run/had.log") >= "2");
}

BOOST_FIXTURE_TEST_CASE(no_more_than_64_MiB_of_memory, Hardship) {
    begin("ulimit -v 65536; exec had -v");
    for (int n = 0; n < 15; ++n) guest.spawn("exec hadctl monitor --json");
    fails_over_for_a_while();
    wait("bond0", "healthy", 30s);
}

BOOST_AUTO_TEST_SUITE_END()
