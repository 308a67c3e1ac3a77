// Somebody without rights does whatever the protocol allows, from sixty connections: failovers come
// in time, the daemon lives, and others are still answered.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"
#include "test/stories/rtnl_wait.hpp"

#include <map>
#include <sstream>

using namespace had::test;

namespace {

// The kernel's monitor looks every second, so that who is late is told by who acts first.
constexpr const char* conf = R"([had]
[bond bond0]
mode    = active-backup
miimon  = 1000
damp    = no
rise    = 100ms
address = 10.0.1.1/24
[config member]
bond = bond0
[devices]
2 = member
6 = member
)";

// Its receive filter would be set by a dozen commands at each change of the active port, and for
// each the kernel waits for QEMU's main loop: more than all that is timed here.
Card card() {
    return {"virtio", 1, {}, false, {"ctrl_rx=off"}};
}

struct Hostile : HadStory {
    explicit Hostile(const Options& options = {}) : HadStory(options) {
        for (const int slot : {2, 6})
            chassis.insert(slot, card());
        start(conf);
        wait("bond0", "healthy", 60s);
        for (const int slot : {2, 6})
            wait_usable(slot);
    }
    void attack(const std::string& how) {
        attackers = guest.spawn("exec chassis-hostile " + how, "/run/hostile.log");
        guest.wait_until("grep -q ready /run/hostile.log", 60s);
    }
    void end_attack() {
        guest.stop(attackers, 60s);
        BOOST_TEST_MESSAGE(guest.read_file("/run/hostile.log"));
    }
    void wait_usable(int slot) {
        names[slot] = chassis.interface(slot, 0, 60s);
        guest.wait_until("cd /sys/class/net/" + names[slot] +
                             " && grep -q 1 carrier && grep -q up bonding_slave/mii_status",
                         60s);
    }
    long memory_kb() {
        return std::stol(guest.expect("awk '/^VmRSS/ { print $2 }' /proc/" +
                                      std::to_string(had.pid) + "/status"));
    }
    void still_serves() {
        BOOST_TEST_REQUIRE(guest.running(had), "had has died: " << log_now);
        for (const char* who : {"", "setpriv --reuid 1000 --regid 1000 --clear-groups "}) {
            const Result asked = guest.run(std::string(who) + "hadctl status", 60s);
            BOOST_TEST((asked.rc == 0 || asked.rc == 3),
                       who << "hadctl status ends with " << asked.rc << ": " << asked.err);
        }
    }

    std::map<int, std::string> names; // of the interfaces, by slot
    Background attackers;
};

// The clock is the kernel's messages, of the loss and of the bond's other port; what they may be
// apart is what anybody waits for the processor and the RTNL in that time, and one look of the
// kernel's own monitor, who would do without the daemon.  How much sooner it is, `make bench` tells.
struct Timed : Hostile {
    Timed() : Hostile(ports_only()) {
        observer = guest.spawn("exec bench-observer failover bond0", "/run/observed.log");
        guest.wait_until("grep -q ready /run/observed.log");
    }

    void lose_active_port(bool by_pull) {
        constexpr long long look_us = 1000000;
        const int slot = active() == names[2] ? 2 : 6;
        RtnlWait wait(guest);
        if (by_pull)
            chassis.begin_pull(slot);
        else
            chassis.cut_cable(slot, 0);
        ++losses;
        guest.wait_until("test $(wc -l </run/observed.log) -gt " + std::to_string(losses), 60s);
        const long long longest = wait.stop();
        std::istringstream last(guest.expect("tail -n 1 /run/observed.log"));
        std::string port;
        long long took = -1;
        last >> port >> took;
        BOOST_TEST_MESSAGE((by_pull ? "pulled" : "cut")
                           << ": another port after " << took << " us, longest wait " << longest
                           << " us");
        BOOST_TEST(took >= 0);
        BOOST_TEST(took <= longest + look_us);
        if (by_pull) {
            BOOST_TEST(chassis.finish_pull(slot, 60s));
            chassis.insert(slot, card());
        } else {
            chassis.mend_cable(slot, 0);
        }
        wait_usable(slot);
    }

    Background observer;
    int losses = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(hostile_stories)

BOOST_FIXTURE_TEST_CASE(questions_at_the_moment_a_card_goes_are_answered, Hostile) {
    attack("--clients 9 --object 6.0 explain plan");
    for (int n = 0; n < (in_soak() ? 30 : 3); ++n) {
        chassis.pull(6, 60s);
        guest.wait_until("test ! -e /sys/bus/pci/devices/0000:00:06.0");
        still_serves();
        chassis.insert(6, card());
        wait_usable(6);
    }
    end_attack();
    wait("bond0", "healthy");
}

BOOST_FIXTURE_TEST_CASE(no_failover_is_late_whatever_sixty_clients_without_rights_do, Timed,
                        *boost::unit_test::label("beside")) {
    attack("--nice 19 all");
    const int rounds = in_soak() ? 100 : 2;
    long early = 0;
    for (int round = 0; round < rounds; ++round) {
        for (const bool by_pull : {false, true}) {
            lose_active_port(by_pull);
            still_serves();
        }
        if (round <= rounds / 10) early = memory_kb();
    }
    const long late = memory_kb();
    BOOST_TEST_MESSAGE("VmRSS early " << early << " kB, late " << late << " kB");
    BOOST_TEST(late < early + early / 10);
    end_attack();
    wait("bond0", "healthy");
}

BOOST_AUTO_TEST_SUITE_END()
