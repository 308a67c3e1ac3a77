// Programs beside the daemon that go on changing the network: for seconds, and for twenty minutes where time is no
// matter.  Nothing of the daemon's is lost, and its log stays short.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <chrono>

using namespace had::test;

namespace {

struct Company : HadStory {
    Company() : HadStory(ports_only()) {
        for (const int slot : {2, 12}) chassis.insert(slot, {"virtio", 1});
    }
    void begin(const std::string& conf) {
        start(conf);
        wait("bond0", "healthy", 30s);
        wait_earned();
    }
    int log_lines() { return std::stoi(guest.expect("wc -l </run/had.log")); }
    // So many times, or for twenty minutes; the number of times.
    int again_and_again(int times, const std::function<void(int)>& round) {
        const auto end = std::chrono::steady_clock::now() + 20min;
        int n = 0;
        while (in_soak() ? std::chrono::steady_clock::now() < end : n < times) round(n++);
        return n;
    }
    // A quiet log has one line at most for each round that is the daemon's business, and some for the beginning.
    void expect_quiet(int lines_before, int lines_meant) {
        const int lines = log_lines() - lines_before;
        BOOST_TEST_MESSAGE(lines << " lines in the log, " << lines_meant << " at most");
        BOOST_TEST(lines <= lines_meant, guest.expect("tail -n 40 /run/had.log"));
        BOOST_TEST(guest.run("grep -c '^<[0-3]>' /run/had.log").out == "0\n", log());
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(company, *boost::unit_test::label("beside"))

// A bridge stands on the bond, and machines come and go on it, each with a bridge port of its own.
BOOST_FIXTURE_TEST_CASE(a_bridge_over_the_bond_whose_machines_come_and_go, Company) {
    begin(with(two_cards_conf, "address = 10.0.1.1/24\n", ""));
    // With an address of its own: else the bridge takes that of any machine whose address is lower, and its neighbours
    // send to a machine that has gone.
    guest.expect("ip link add vmbr0 address " + bond_mac() + " type bridge; ip link set bond0 master vmbr0; "
                 "ip link set vmbr0 up; "
                 "ip addr add 10.0.1.1/24 dev vmbr0");
    Traffic traffic(guest, 500);
    const int before = log_lines();
    again_and_again(40, [&](int n) {
        const std::string vm = "vm" + std::to_string(n % 7);
        guest.expect("ip netns add " + vm + "; ip link add tap-" + vm + " type veth peer name net0 netns " + vm +
                     "; ip link set tap-" + vm + " master vmbr0 up; ip -n " + vm + " link set net0 up; ip -n " + vm +
                     " addr add 10.0.1.50/24 dev net0; ip netns exec " + vm +
                     " busybox ping -c 1 -W 2 10.0.1.2; ip netns del " + vm);
        guest.wait_until("! test -e /sys/class/net/tap-" + vm);
    });
    expect_no_loss(traffic.stop());
    expect_quiet(before, 0);
    wait("bond0", "healthy");
    guest.expect("ip link del vmbr0");
}

// Each port is given an address by who takes it for a port of its own.
BOOST_FIXTURE_TEST_CASE(ports_that_get_addresses_from_elsewhere, Company) {
    begin(two_cards_conf);
    Traffic traffic(guest, 500);
    const int before = log_lines();
    const int rounds = again_and_again(20, [&](int n) {
        const std::string port = chassis.interface(n % 2 == 0 ? 2 : 12, 0);
        const std::string address = "10.0.1." + std::to_string(100 + n % 100) + "/24";
        guest.expect("ip addr add " + address + " dev " + port);
        guest.wait_until("! ip -o addr show dev " + port + " | grep -q " + address);
    });
    expect_no_loss(traffic.stop());
    expect_quiet(before, 3 * rounds + 4);
    wait("bond0", "healthy");
}

BOOST_AUTO_TEST_SUITE_END()
