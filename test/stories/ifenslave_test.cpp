// ifenslave on the real kernel: as scripts have used it for twenty years, and beside had.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <array>
#include <random>

using namespace had::test;

namespace {

constexpr const char* slaves_file = "/sys/class/net/bond0/bonding/slaves";

// What a script finds: the drivers are loaded, the ports are there, some of them up.
struct ByHand : HadStory {
    ByHand() : HadStory(ports_only()) {
        chassis.insert(2, {"virtio", 2});
        chassis.insert(12, {"virtio", 2});
        guest.expect("modprobe virtio_net");
        for (std::size_t n = 0; n < ports.size(); ++n)
            ports[n] = chassis.interface(n < 2 ? 2 : 12, static_cast<int>(n % 2));
        for (const auto& port : ports)
            all += " " + port;
    }
    // Listing 1 of the article, up to its last two lines.  systemd, of which there was none, has
    // the driver make no bond0 by itself.
    void load_bonding() {
        guest.expect("rm -f /lib/modprobe.d/systemd.conf && modprobe bonding mode=1 miimon=100");
    }
    void make_bond() {
        load_bonding();
        guest.expect("ip addr add 10.0.1.1/24 brd + dev bond0 && ip link set bond0 up");
    }
    Result ifenslave(const std::string& arguments) { return guest.run("ifenslave " + arguments); }
    void wait_mii(const std::string& port, const std::string& state) {
        guest.wait_until("grep -qx " + state + " /sys/class/net/" + port +
                         "/bonding_slave/mii_status");
    }

    std::array<std::string, 4> ports;
    std::string all;
};

// A file goes each way over the bond, and must be the same at the other end.
class Transfer {
public:
    explicit Transfer(Guest& guest) : guest_(guest) {
        const std::string size = in_soak() ? "64M" : "8M";
        guest.expect("for w in out back; do head -c " + size + " /dev/urandom >/run/$w; done", 60s);
        guest.expect("mkfifo /run/silence");
        there_ = guest.spawn(in_far_end(listen(7001)), "/run/out.arrived");
        back_ = guest.spawn(listen(7002), "/run/back.arrived");
        guest.wait_until("ss -ltn | grep -q :7002");
        guest.wait_until(in_far_end("ss -ltn | grep -q :7001"));
        guest.spawn("exec busybox nc 10.0.1.2 7001 </run/out");
        guest.spawn(in_far_end("exec busybox nc 10.0.1.1 7002 </run/back"));
    }
    bool under_way() { return guest_.running(there_) || guest_.running(back_); }
    void check(Limit limit) {
        guest_.wait_exit(there_, limit);
        guest_.wait_exit(back_, limit);
        for (const std::string file : {"/run/out", "/run/back"})
            BOOST_TEST(guest_.run("cmp " + file + " " + file + ".arrived", 60s).err == "");
    }

private:
    // With nothing to read that ever ends: at its end nc would close the connection under the
    // sender.
    static std::string listen(int port) {
        return "exec busybox nc -l -p " + std::to_string(port) + " <>/run/silence";
    }

    Guest& guest_;
    Background there_, back_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(ifenslave_stories, *boost::unit_test::label("beside"))

BOOST_FIXTURE_TEST_CASE(what_is_sent_arrives_while_ports_of_four_go_down_and_up, ByHand,
                        *boost::unit_test::label("long")) {
    make_bond();
    guest.expect("ip link set " + ports[0] + " up && ip link set " + ports[2] + " up");
    const Result made = ifenslave("bond0" + all);
    BOOST_TEST(made.rc == 0);
    BOOST_TEST(made.out + made.err == "");
    BOOST_TEST(guest.expect("wc -w <" + std::string(slaves_file)) == "4");
    for (const auto& port : ports)
        wait_mii(port, "up");

    Transfer transfer(guest);
    std::minstd_rand random(2002);
    int falls = 0;
    for (; transfer.under_way() && falls < 12; ++falls) {
        const auto& port = ports[random() % ports.size()];
        guest.expect("ip link set " + port + " down");
        wait_mii(port, "down");
        guest.expect("ip link set " + port + " up");
        wait_mii(port, "up");
    }
    BOOST_TEST_MESSAGE(falls << " falls");
    BOOST_TEST(falls >= 3);
    transfer.check(60s);

    const Result undone = ifenslave("-d bond0" + all);
    BOOST_TEST(undone.rc == 0);
    BOOST_TEST(undone.out + undone.err == "");
    BOOST_TEST(guest.expect("cat " + std::string(slaves_file)) == "");
    BOOST_TEST(guest.expect("cat /sys/class/net/" + ports[3] + "/address") == chassis.mac(12, 1));
}

BOOST_FIXTURE_TEST_CASE(listing_1_of_the_article_makes_a_bond_that_fails_over, ByHand) {
    make_bond();
    guest.expect("ifenslave bond0 " + ports[0]);
    guest.expect("ifenslave bond0 " + ports[1]);
    wait_mii(ports[1], "up");
    BOOST_TEST(active() == ports[0]);
    BOOST_TEST(bond_mac() == chassis.mac(2, 0)); // the first slave's, as the article says
    BOOST_TEST(guest.expect("cat /sys/class/net/" + ports[1] + "/address") == bond_mac());

    Traffic traffic(guest);
    chassis.cut_cable(2, 0);
    guest.wait_until("grep -q " + ports[1] + " /sys/class/net/bond0/bonding/active_slave");
    traffic.wait_flowing();

    const Result refused = ifenslave("-c bond0 " + ports[0]); // no cable
    BOOST_TEST(refused.rc == 1);
    BOOST_TEST(refused.err ==
               "Master 'bond0': Error: SIOCBONDCHANGEACTIVE failed: Invalid argument "
               "(active_slave: invalid option value)\n"
               "Master 'bond0', Slave '" +
                   ports[0] + "': Error: Change active failed\n");
    chassis.mend_cable(2, 0);
    wait_mii(ports[0], "up");
    guest.expect("ifenslave -c bond0 " + ports[0]);
    BOOST_TEST(active() == ports[0]);
    BOOST_TEST_MESSAGE(traffic.stop());
    BOOST_TEST(ifenslave("bond0").out.find("The result of SIOCGIFADDR is 0a.00.01.01.\n") !=
               std::string::npos);
    BOOST_TEST_MESSAGE(ifenslave("-v bond0").out);
}

BOOST_FIXTURE_TEST_CASE(what_the_driver_refused_is_refused_and_nothing_is_lost_by_it, ByHand) {
    load_bonding();
    BOOST_TEST(ifenslave("bond0 " + ports[0]).err ==
               "Illegal operation; the specified master interface 'bond0' is not up.\n");
    guest.expect("ip link set bond0 up mtu 1400; ip link add bridge0 type bridge");
    guest.expect("ip link set " + ports[0] + " up master bridge0");
    guest.expect("ip link set " + ports[1] + " mtu 1300; ip addr add 10.9.9.9/24 dev " + ports[1]);
    const Result busy = ifenslave("bond0 " + ports[0] + " " + ports[1] + " " + ports[1]);
    BOOST_TEST(busy.rc == 1);
    BOOST_TEST(busy.err.find("(" + ports[0] + " is a port of bridge0)\n") != std::string::npos,
               busy.err);
    BOOST_TEST(busy.err.find("'" + ports[1] + "' is already a slave\n") != std::string::npos);
    BOOST_TEST(guest.run("ip -br link show master bridge0 up | grep -c " + ports[0]).out == "1\n");
    BOOST_TEST(guest.expect("cat /sys/class/net/" + ports[1] + "/mtu") == "1400");
    BOOST_TEST(guest.run("ip -4 -o addr show dev " + ports[1]).out == "");

    guest.expect("ifenslave -d bond0 " + ports[1]);
    BOOST_TEST(guest.expect("cat /sys/class/net/" + ports[1] + "/mtu") == "1500");
}

// had owns what had.conf names, and an operator's order outranks had.conf.
BOOST_FIXTURE_TEST_CASE(beside_had_what_is_taken_out_stays_out_until_it_is_put_back, ByHand) {
    start(with(article_conf, "16 = config1\n", ""));
    wait("bond0", "healthy", 30s);
    const std::string standby = active() == ports[3] ? ports[2] : ports[3];
    const std::string port = standby == ports[2] ? "12.0" : "12.1";
    const std::string is_in = "grep -w " + standby + " /sys/class/net/bond0/bonding/slaves";
    Traffic traffic(guest);

    const Result released = ifenslave("-d bond0 " + standby);
    BOOST_TEST(released.rc == 0);
    BOOST_TEST(released.err == "");
    wait(port, "offline");
    BOOST_TEST(status().starts_with("> bond0: " + port), status_now);
    BOOST_TEST(hadctl("reload").rc == 0);
    kill();
    start_again();
    wait(port, "offline");
    BOOST_TEST(guest.run(is_in).rc != 0);

    const Result enslaved = ifenslave("bond0 " + standby);
    BOOST_TEST(enslaved.rc == 0);
    BOOST_TEST(enslaved.err == "");
    wait("bond0", "healthy");
    BOOST_TEST(!status().starts_with(">"), status_now);
    BOOST_TEST(traffic.stop().lost == 0);

    BOOST_TEST(ifenslave("-d bond0 " + standby).rc == 0);
    chassis.pull(12);
    chassis.insert(12, {"virtio", 2});
    wait("bond0", "healthy", 40s);

    const std::string other = chassis.interface(12, 1);
    const Result changed = ifenslave("-c bond0 " + other);
    BOOST_TEST(changed.rc == 0);
    BOOST_TEST_MESSAGE(changed.err);
    BOOST_TEST(active() == other);
}

BOOST_AUTO_TEST_SUITE_END()
