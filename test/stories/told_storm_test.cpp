// A storm of failovers, in which one program after the other is killed at any moment.
#include "test/boost_test.hpp"
#include "test/stories/told_story.hpp"

#include <fmt/format.h>

#include <random>

using namespace had::test;

namespace {

// Each program is started again at once, as a service is.
struct Storm : Told {
    Storm() : Told(with(two_cards_conf, "[config", "damp = no\n[config")) {
        guest.expect("mkdir -p /etc/had/notify.d/failover.d; rm -f /run/stormed");
        guest.write_file("/etc/had/notify.d/failover.d/10-rec",
                         "#!/bin/sh\necho $HAD_INSTANCE $HAD_SEQ >>/run/stormed\n");
        guest.expect("chmod 755 /etc/had/notify.d/failover.d/10-rec");
        kill_recorder();
        kill();
        for (const char* program : {"had", "had-recorder", "had-notify"}) {
            guest.write_file(fmt::format("/run/serve-{}", program),
                             fmt::format("while :; do {0} & echo $! >/run/{0}.now; wait; done\n", program));
            guest.spawn(fmt::format("exec sh /run/serve-{}", program), fmt::format("/run/{}.log", program));
        }
        guest.wait_until("hadctl wait bond0 --until healthy --timeout 1", 60s);
        guest.wait_until("grep -qx 'had_up 1' /run/had.prom", 60s);
        guest.wait_until("hadctl reload && grep '^at ' /var/lib/had/notify", 60s);     // it has heard an event
    }
    // While the daemon is not there the kernel's monitor moves the bond.
    void move() {
        wait_earned(60s);
        const int slot = active_slot();
        const std::string before = active();
        chassis.cut_cable(slot, 0);
        guest.wait_until("! grep -qx " + before + " /sys/class/net/bond0/bonding/active_slave");
        chassis.mend_cable(slot, 0);
        guest.wait_until("hadctl wait bond0 --until healthy --timeout 1", 30s);
    }
    void kill_at_random() {
        static constexpr const char* programs[] = {"had", "had-recorder", "had-notify"};
        const char* program = programs[random() % std::size(programs)];
        const unsigned after = random() % 2000;
        BOOST_TEST_MESSAGE(program << " after " << after << " ms");
        guest.spawn(fmt::format("sleep {}.{:03}; kill -9 $(cat /run/{}.now)", after / 1000, after % 1000, program));
    }
    // A daemon that is killed takes with it what it has not sent: so the others are there before the next is killed.
    void weather(int kills) {
        int moves = 0;
        for (int n = 0; n < kills; ++n) {
            kill_at_random();
            for (int i = 0; i < 2; ++i, ++moves) move();
            guest.wait_until(fmt::format("test $(hadctl history bond0 --event failover --json | wc -l) -ge {0} && "
                                         "test $(sort -u /run/stormed | wc -l) -ge {0}", moves), 60s);
        }
        each_is_there_once(moves);
    }
    void each_is_there_once(int moves) {
        const std::string all = "hadctl history bond0 --event failover --json";
        const std::string count = std::to_string(moves);
        BOOST_TEST(guest.expect(all + " | wc -l") == count);
        BOOST_TEST(guest.expect(all + " | sort -u | wc -l") == count);
        // Each begins where the one before has ended.
        BOOST_TEST(guest.run(all + R"sh( | sed 's/.*"from":"\([^"]*\)","to":"\([^"]*\)".*/\1 \2/' | )sh"
                                   "awk 'NR > 1 && $1 != at { exit 1 } { at = $2 }'").rc == 0, guest.expect(all));
        BOOST_TEST(guest.expect("hadctl metrics | awk '/^had_bond_failovers_total/ { n += $NF } END { print n }'") ==
                   count);
        BOOST_TEST(guest.expect("sort -u /run/stormed | wc -l") == count);
    }

    const unsigned seed = std::random_device()();
    std::mt19937 random{seed};
};

} // namespace

BOOST_AUTO_TEST_SUITE(told_storm, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(each_failover_is_told_once_whoever_is_killed_in_the_middle, Storm) {
    BOOST_TEST_MESSAGE("seed " << seed);
    weather(4);
}

BOOST_FIXTURE_TEST_CASE(fifty_kills_lose_no_failover_and_make_none, Storm, *boost::unit_test::label("long")) {
    BOOST_TEST_MESSAGE("seed " << seed);
    weather(50);
}

BOOST_AUTO_TEST_SUITE_END()
