// An operator's order holds, with had and without it; and what happened while had was dead is told.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

using namespace had::test;

namespace {

// Slot 2 is the best; slot 4 serves before it comes, and slot 6 is where the operator wants the bond.
constexpr std::string_view conf = R"([bond bond0]
mode    = active-backup
miimon  = 100
primary = 2.0
address = 10.0.1.1/24
[config member]
bond = bond0
[devices]
2 = member
4 = member
6 = member
)";

struct Orders : HadStory {
    Orders() : HadStory(ports_only()) {
        chassis.insert(4, {"virtio"});
        chassis.insert(6, {"virtio"});
        start(conf);
        guest.wait_until("test \"$(wc -w </sys/class/net/bond0/bonding/slaves)\" = 2", 30s);
    }
    bool is_active(int slot) { return active() == chassis.interface(slot, 0); }
    bool events_say(std::string_view pattern) {
        return guest.holds_within("grep -E " + shell_word(pattern) + " /run/events", 10s);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(orders, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(a_bond_stays_where_it_was_put_with_had_alive_and_with_had_dead, Orders) {
    const Background monitor = guest.spawn("exec hadctl monitor --json", "/run/events");
    BOOST_TEST(hadctl("bond activate bond0 2.0").rc == 5);
    BOOST_TEST(hadctl("bond activate bond0 30.0").rc == 8);
    Result taken = hadctl("bond activate bond0 6.0");
    BOOST_TEST(taken.rc == 0, taken.err);
    guest.wait_until("grep -q " + chassis.interface(6, 0) + " /sys/class/net/bond0/bonding/active_slave");
    BOOST_TEST(events_say("\"event\":\"failover\".*\"cause\":\"operator\",\"by\":\"had\",\"user\":\"root\""));

    chassis.insert(2, {"virtio"});
    wait("bond0", "healthy", 30s);
    guest.run("hadctl wait bond0 --until down --timeout 2");  // longer than it takes to earn a place
    BOOST_TEST(is_active(6));
    BOOST_TEST(status().starts_with("> bond0: 6.0"), status_now);

    // The better card is exchanged while had is dead, and somebody puts it into the bond.
    guest.stop(monitor);
    chassis.pull(2);
    wait("bond0", "degraded");
    kill();
    chassis.insert(2, {"virtio"});
    const std::string better = chassis.interface(2, 0);
    guest.expect("ip link set " + better + " down && ip link set " + better + " master bond0");
    guest.wait_until("grep -A1 'Interface: " + better + "' /proc/net/bonding/bond0 | grep 'Status: up'");
    BOOST_TEST(is_active(6));
    start_again();
    wait("bond0", "healthy", 30s);
    guest.run("hadctl wait bond0 --until down --timeout 2");
    BOOST_TEST(is_active(6));
    BOOST_TEST(status().starts_with("> bond0: 6.0"), status_now);

    BOOST_TEST(hadctl("bond auto bond0").rc == 0);
    guest.wait_until("grep -q " + better + " /sys/class/net/bond0/bonding/active_slave");
}

BOOST_FIXTURE_TEST_CASE(a_failover_while_had_was_dead_is_told_by_the_next_had, Orders) {
    const int slot = is_active(4) ? 4 : 6, other = slot == 4 ? 6 : 4;
    Traffic traffic(guest);
    kill();
    chassis.cut_cable(slot, 0);
    guest.wait_until("grep -q " + chassis.interface(other, 0) + " /sys/class/net/bond0/bonding/active_slave");
    traffic.wait_flowing();
    start_again();
    guest.wait_until("grep 'active port is now " + chassis.interface(other, 0) +
                     ".*before had started.*by the kernel' /run/had-again.log");
    BOOST_TEST_MESSAGE(traffic.stop());
}

BOOST_AUTO_TEST_SUITE_END()
