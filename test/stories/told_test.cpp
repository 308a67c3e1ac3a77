// What others are told: alarms with their repair, the history on the disk, availability, and the figures.
#include "test/boost_test.hpp"
#include "test/stories/failovers.hpp"
#include "test/stories/told_story.hpp"

#include <array>
#include <string>
#include <vector>

using namespace had::test;

BOOST_AUTO_TEST_SUITE(told, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(a_card_that_is_pulled_is_an_alarm_a_row_and_a_figure, Told) {
    wait_earned();
    const int slot = active_slot();
    chassis.pull(slot);
    guest.wait_until("hadctl alarms | grep -q 'repair  put a card into slot " + std::to_string(slot) + "'");
    BOOST_TEST(hadctl("alarms").rc == 3);
    BOOST_TEST(hadctl("ack bond0/redundancy").rc == 0);
    BOOST_TEST(hadctl("alarms").out.find("noted   by ") != std::string::npos, hadctl("alarms").out);
    wait_failovers(1);
    BOOST_TEST(guest.expect("hadctl history --event alarm_raised").find("bond0/redundancy") != std::string::npos);
    guest.wait_until("grep -qx 'had_bond_ports_serving{bond=\"bond0\"} 1' /run/had.prom");
    guest.expect("grep -qx 'had_bond_ports_configured{bond=\"bond0\"} 2' /run/had.prom");
    guest.wait_until("grep -q '^had_bond_failovers_total{bond=\"bond0\",cause=\"[a-z]*\",by=\"had\"} 1' /run/had.prom");
    BOOST_TEST(guest.run("! command -v promtool || promtool check metrics </run/had.prom", 60s).rc == 0);
    chassis.insert(slot, {"virtio"});
    wait("bond0", "healthy");
    BOOST_TEST(hadctl("alarms").out == "nothing is to be repaired\n");
}

BOOST_FIXTURE_TEST_CASE(its_start_a_file_that_is_refused_and_a_port_that_flaps_are_figures, Told) {
    const auto wait_figure = [&](const std::string& line) {
        guest.wait_until("grep -qx '" + line + "' /run/had.prom", 60s);
    };
    wait_figure("had_config_reload_successful 1");
    guest.expect("awk -v now=$(date +%s) '$1 == \"had_start_time_seconds\" && now - $2 < 600 && $2 <= now + 1 "
                 "{ found = 1 } END { exit !found }' /run/had.prom");
    guest.write_file("/etc/had.conf", "[nonsense]\n");
    BOOST_TEST(hadctl("reload").rc == 6);
    wait_figure("had_config_reload_successful 0");
    reload(with_figures());
    wait_figure("had_config_reload_successful 1");
    const int standby = active_slot() == 2 ? 12 : 2;
    const std::string damped = "had_port_damped{port=\"" + std::to_string(standby) + ".0\"} ";
    wait_figure(damped + "0");
    const std::string carrier = "/sys/class/net/" + chassis.interface(standby, 0) + "/carrier";
    for (int n = 0; n < 4; ++n) {
        chassis.cut_cable(standby, 0);
        guest.wait_until("grep -qx 0 " + carrier);
        chassis.mend_cable(standby, 0);
        guest.wait_until("grep -qx 1 " + carrier);
    }
    wait_figure(damped + "1");
    wait_figure(damped + "0");
}

BOOST_FIXTURE_TEST_CASE(eleven_failovers_are_each_there_once_whoever_is_killed, Told) {
    for (int n = 1; n <= 11; ++n) {
        if (n % 3 == 0) kill_recorder();
        fail_over();
        if (n % 3 == 0) start_recorder();
        if (n % 4 == 0) {
            wait_failovers(n);                // what a daemon that is killed has not sent is lost with it
            kill();
            start_again();
            wait("bond0", "healthy");
        }
    }
    wait_failovers(11);
    BOOST_TEST(guest.expect("hadctl history bond0 --event failover --json | sort -u | wc -l") == "11");
}

BOOST_FIXTURE_TEST_CASE(a_daemon_that_is_killed_while_the_bond_stays_up_leaves_no_gap, Told) {
    kill();
    guest.wait_until("grep -qx 'had_up 0' /run/had.prom");
    BOOST_TEST(guest.run("grep had_bond_up /run/had.prom").rc != 0);
    start_again();
    guest.wait_until("grep -qx 'had_up 1' /run/had.prom", 40s);
    BOOST_TEST(micros("unknown_us") == 0);
    BOOST_TEST(availability("outages") == "0");
}

BOOST_FIXTURE_TEST_CASE(what_happened_while_nobody_looked_is_unknown, Told) {
    kill();
    for (const int slot : {2, 12}) chassis.cut_cable(slot, 0);
    guest.wait_until("grep -qx 0 /sys/class/net/bond0/carrier");
    for (const int slot : {2, 12}) chassis.mend_cable(slot, 0);
    guest.wait_until("grep -qx 1 /sys/class/net/bond0/carrier");
    start_again();
    guest.wait_until("grep -qx 'had_up 1' /run/had.prom", 40s);
    BOOST_TEST(micros("unknown_us") > 0);
    BOOST_TEST(availability("outages") == "0");
}

BOOST_FIXTURE_TEST_CASE(a_clock_that_is_set_by_a_day_makes_no_outage, Told) {
    for (const int slot : {2, 12}) chassis.cut_cable(slot, 0);
    guest.wait_until("hadctl history --event down | grep -q bond0");
    guest.expect("date -s '+1 day'");
    guest.wait_until("hadctl alarms | grep -q 'recorder/time-stepped  warning'");
    for (const int slot : {2, 12}) chassis.mend_cable(slot, 0);
    wait("bond0", "healthy");
    guest.expect("date -s '-1 day'");
    fail_over();
    guest.wait_until("test $(hadctl history bond0 --event failover --json | wc -l) -ge 1");
    BOOST_TEST(micros("down_us") < 60'000'000);
}

BOOST_FIXTURE_TEST_CASE(everybody_reads_it_while_it_is_written_and_after_the_recorder_is_killed, Told) {
    fail_over();
    wait_failovers(1);
    const std::string as_nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups ";
    const auto all_can_be_read = [&] {
        for (const char* verb : {"history", "availability", "metrics", "status"}) {
            const Result result = guest.run(as_nobody + "hadctl " + verb);
            BOOST_TEST(result.rc == 0, verb << ": " << result.err);
        }
    };
    all_can_be_read();
    kill_recorder();
    all_can_be_read();
    start_recorder();
    guest.stop(recorder);
    all_can_be_read();
}

BOOST_FIXTURE_TEST_CASE(hooks_are_told_of_every_failover_in_order_over_kill_9_and_one_that_hangs_moves_nobody, Told) {
    guest.expect("mkdir -p /etc/had/notify.d/failover.d; rm -f /run/told /run/evil");
    guest.write_file("/etc/had/notify.d/failover.d/10-rec", "#!/bin/sh\necho $HAD_INSTANCE $HAD_SEQ >>/run/told\n");
    guest.write_file("/etc/had/notify.d/20-hang", "#!/bin/sh\nexec sleep 1000\n");
    guest.write_file("/etc/had/notify.d/30-big", "#!/bin/sh\nexec head -c 1000000000 /dev/zero\n");
    guest.write_file("/etc/had/notify.d/40-anybodys", "#!/bin/sh\ntouch /run/evil\n");
    guest.expect("chmod 755 /etc/had/notify.d/*0-* /etc/had/notify.d/failover.d/*; "
                 "chmod 777 /etc/had/notify.d/40-anybodys");
    const auto start_notify = [&] { return guest.spawn("exec had-notify", "/run/notify.log"); };
    Background notify = start_notify();
    guest.wait_until("hadctl alarms | grep -q 40-anybodys/hook-failing");
    for (int n = 1; n <= 6; ++n) {
        fail_over();
        if (n % 2 != 0) continue;
        // What it has heard it has kept, or is told again.
        guest.wait_until("test $(sort -u /run/told | wc -l) -eq " + std::to_string(n), 40s);
        guest.wait_until("grep -q '^at ' /var/lib/had/notify");
        guest.signal(notify, SIGKILL);
        guest.wait_exit(notify);
        notify = start_notify();
    }
    guest.wait_until("test $(sort -u /run/told | wc -l) -eq 6", 40s);
    BOOST_TEST(guest.run("uniq /run/told | sort -c -k 2n").rc == 0, guest.read_file("/run/told"));
    BOOST_TEST(guest.run("test -e /run/evil").rc != 0);
    BOOST_TEST(guest.run("hadctl notify test failover.d/10-rec").rc == 0);
    const std::string runs = "grep -q '^had_hook_runs_total{hook=\"failover.d/10-rec\",result=\"well\"} [1-9]'";
    guest.wait_until("hadctl metrics | " + runs);
    guest.wait_until(runs + " /run/had.prom", 40s);
    guest.stop(notify);
}

// Blocks of each, in turn, in one run: a figure for doc/BENCHMARKS.md, and no test of a time.
BOOST_FIXTURE_TEST_CASE(the_acknowledgement_of_a_failover_beside_the_programs_and_without_them, Told,
                        *boost::unit_test::label("long")) {
    guest.expect("mkdir -p /etc/had/notify.d");
    guest.write_file("/etc/had/notify.d/10-busy", "#!/bin/sh\nhadctl status >/dev/null\n");
    guest.expect("chmod 755 /etc/had/notify.d/10-busy");
    kill_recorder();
    constexpr int in_a_block = 20, blocks = 10;
    std::array<std::vector<long>, 2> found;
    Failovers failovers(guest);
    for (int block = 0; block < blocks; ++block) {
        Background notify;
        const bool beside = block % 2 == 1;
        if (beside) {
            start_recorder();
            notify = guest.spawn("exec had-notify", "/run/notify.log");
        }
        for (int n = 0; n < in_a_block; ++n) fail_over();
        if (beside) {
            kill_recorder();
            guest.stop(notify);
        }
        const std::vector<long> values = failovers.acknowledged(in_a_block);
        auto& all = found[beside];
        all.insert(all.end(), values.begin(), values.end());
        BOOST_TEST_MESSAGE((beside ? "beside them: " : "alone: ") + in_words(values));
    }
    BOOST_TEST_MESSAGE("alone, all: " + in_words(found[0]));
    BOOST_TEST_MESSAGE("beside them, all: " + in_words(found[1]));
}

BOOST_AUTO_TEST_SUITE_END()
