// The recorder on a disk that is full, or may only be read: one alarm, and nothing is lost.
#include "test/boost_test.hpp"
#include "test/stories/told_story.hpp"

#include <csignal>

using namespace had::test;

namespace {

struct SmallDisk : Told {
    SmallDisk() {
        kill_recorder();
        guest.expect("mkdir -p /run/small && mount -t tmpfs -o size=2m none /run/small");
        record();
        guest.wait_until(in_small + "hadctl availability bond0");
    }
    ~SmallDisk() {
        guest.run("kill -9 " + std::to_string(recorder.pid) + "; umount -l /run/small");
    }
    void record() { recorder = guest.spawn("exec had-recorder --database /run/small/history.db", "/run/recorder.log"); }
    void wait_kept(int count) {
        guest.wait_until("test $(" + in_small + "hadctl history bond0 --event failover --json | wc -l) -eq " +
                         std::to_string(count), 90s);
        guest.wait_until("! hadctl alarms | grep -q recorder/history-failing");
        BOOST_TEST(guest.expect(in_small + "hadctl metrics | awk '/^had_bond_failovers_total/ { n += $NF } "
                                           "END { print n }'") == std::to_string(count));
    }
    // How often the daemon has told something of the alarm.
    std::string told(const std::string& event) {
        return guest.expect("timeout 2 hadctl monitor --json --since nobody:0 >/run/events; "
                            "grep '\"alarm\":\"recorder/history-failing\"' /run/events | grep -c '\"event\":\"alarm_" +
                            event + "\"' || true");
    }
    void wait_errors(int count) {             // a figure: it is written each 30 seconds, and when anything changes
        guest.wait_until("awk '$1 == \"had_history_errors_total\" && $2 >= " + std::to_string(count) +
                         " { found = 1 } END { exit !found }' /run/had.prom", 90s);
    }

    const std::string in_small = "HAD_HISTORY=/run/small/history.db ";
};

} // namespace

BOOST_AUTO_TEST_SUITE(told_disk, *boost::unit_test::label("beside") * boost::unit_test::label("long"))

BOOST_FIXTURE_TEST_CASE(a_full_disk_is_one_alarm_and_what_waited_is_written_when_there_is_room, SmallDisk) {
    fail_over();
    wait_kept(1);
    guest.run("cat /dev/zero >/run/small/fill");
    fail_over();
    guest.wait_until("hadctl alarms | grep -A5 recorder/history-failing | grep 'make room on the disk'");
    fail_over();
    wait_errors(3);
    BOOST_TEST(told("raised") == "1");
    BOOST_TEST(told("changed") == "0");
    BOOST_TEST(told("cleared") == "0");
    BOOST_TEST(guest.running(recorder));
    guest.expect("rm /run/small/fill");
    wait_kept(3);
    BOOST_TEST(told("raised") == "1");
    BOOST_TEST(told("cleared") == "1");
}

BOOST_FIXTURE_TEST_CASE(a_disk_that_may_only_be_read_is_one_alarm_until_it_may_be_written, SmallDisk) {
    fail_over();
    wait_kept(1);
    kill_recorder();
    guest.expect("mount -o remount,ro /run/small");
    record();
    guest.wait_until("hadctl alarms | grep recorder/history-failing");
    fail_over();
    wait_errors(2);
    BOOST_TEST(told("raised") == "1");
    BOOST_TEST(told("cleared") == "0");
    guest.expect("mount -o remount,rw /run/small");
    wait_kept(2);
}

BOOST_AUTO_TEST_SUITE_END()
