// A live machine is handed over: the draft of what runs changes nothing, and the daemon takes it over under traffic.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <csignal>
#include <sstream>

using namespace had::test;

namespace {

// Made by hand, as scripts do, with options that are not the usual ones.
struct LiveMachine : HadStory {
    LiveMachine() : HadStory(ports_only()) {
        guest.expect(in_far_end("ip -6 addr add fd00:1::2/64 dev br0 nodad; ip addr add 10.2.0.1/32 dev br0"));
        chassis.insert(2, {"virtio", 1});
        chassis.insert(12, {"virtio", 1});
        chassis.insert(16, {"virtio", 1});
        guest.expect("modprobe bonding max_bonds=0; modprobe 8021q");
        guest.expect("ip link add bond0 type bond mode active-backup miimon 50 updelay 100 num_grat_arp 3; "
                     "for port in " + port(2) + " " + port(12) + "; do ip link set $port down; "
                     "ip link set $port master bond0; done; ip link set bond0 up; "
                     "ip addr add 10.0.1.1/24 dev bond0; ip addr add fd00:1::1/64 dev bond0 nodad");
    }
    std::string port(int slot) { return chassis.interface(slot, 0); }
    void the_rest() {
        guest.expect("ip link add vlan5 link bond0 type vlan id 5; ip link set vlan5 mtu 1400 up; "
                     "ip addr add 10.5.0.1/24 brd + dev vlan5; "
                     "ip addr add 192.168.10.1/24 brd + dev " + port(16) + "; ip link set " + port(16) + " up; "
                     "ip route add default via 10.0.1.2; ip route add 10.3.0.0/16 via 10.0.1.2 metric 5 table 100; "
                     "ip -6 route add fd00:2::/64 via fd00:1::2 proto static; "
                     "ip route add 10.4.0.0/16 via 192.168.10.2; ip route add blackhole 10.9.0.0/16; "
                     "ip rule add from 10.0.1.0/24 table 100 priority 1000");
    }
    // As the daemon sees the cards.
    std::string draft(const std::string& words = "") {
        return guest.expect("cards=$([ ! -d /run/chassis/sys ] || echo with-cards); $cards hadctl draft " + words);
    }
};

// Those of `had -n` that do something.
std::string done_by(const std::string& plan) {
    std::string lines, line;
    for (std::istringstream all(plan); std::getline(all, line);)
        if (line != "nothing to do" && !line.starts_with("take charge: ") && !line.starts_with("    because "))
            lines += line + '\n';
    return lines;
}

} // namespace

BOOST_AUTO_TEST_SUITE(drafts)

BOOST_FIXTURE_TEST_CASE(what_runs_is_drafted_so_that_nothing_is_to_do_and_is_taken_over_under_traffic, LiveMachine,
                        *boost::unit_test::label("beside")) {
    the_rest();
    const std::string text = draft();
    BOOST_TEST_MESSAGE(text);
    for (const char* line : {"\nmiimon = 50\n", "\nupdelay = 100\n", "\nnum_grat_arp = 3\n", "\nmac = first\n",
                             "\nbroadcast = none\n", "\n2.0 = to-bond0\n", "\n12.0 = to-bond0\n", "\non = bond0\n",
                             "\ngateway = 10.0.1.2\n", "\nroute = 10.3.0.0/16 via 10.0.1.2 metric 5 table 100\n",
                             "\nroute = fd00:2::/64 via fd00:1::2\n", "\nroute = 10.4.0.0/16 via 192.168.10.2\n",
                             "\nroute = blackhole 10.9.0.0/16\n",
                             "\nrule = from 10.0.1.0/24 table 100 priority 1000\n"})
        BOOST_TEST(text.find(line) != std::string::npos, line);
    guest.write_file("/run/draft.conf", text);
    guest.expect("hadctl check /run/draft.conf");
    const std::string plan = guest.expect("had -n -c /run/draft.conf 2>/dev/null");
    BOOST_TEST_MESSAGE(plan);
    BOOST_TEST(done_by(plan) == "");
    BOOST_TEST(plan.ends_with("nothing to do"));

    const std::string before = guest.expect("cat /sys/class/net/bond0/address; ip -o -4 addr show dev bond0");
    Traffic traffic(guest, 200, 10s, "10.2.0.1");
    start(text);
    wait("bond0", "healthy", 30s);
    wait("vlan5", "healthy");
    wait("16.0", "healthy");
    const TrafficReport report = traffic.stop();
    BOOST_TEST(report.lost == 0, report);
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/address; ip -o -4 addr show dev bond0") == before);
    BOOST_TEST(guest.run("grep -E '<6>(add|remove) (address|link)' /run/had.log").out == "", log_now);

    // Once more, of what the daemon runs; and back: it ends, and everything stays.
    BOOST_TEST(draft() == text);
    guest.signal(had, SIGTERM);
    guest.wait_exit(had);
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/address; ip -o -4 addr show dev bond0") == before);
    Traffic alone(guest, 200, 10s, "10.2.0.1");
    BOOST_TEST(alone.stop().lost == 0);
}

BOOST_FIXTURE_TEST_CASE(the_draft_of_networkds_files_is_that_of_what_networkd_runs, HadStory,
                        *boost::unit_test::label("long")) {
    chassis.insert(2, {"virtio", 1});
    chassis.insert(12, {"virtio", 1});
    guest.expect("modprobe -a virtio_net 8021q; modprobe bonding max_bonds=0; mkdir -p /run/files /run/dbus "
                 "/run/systemd/netif; chown -R systemd-network: /run/systemd/netif");
    const auto file = [&](const std::string& name, const std::string& text) {
        guest.write_file("/run/files/" + name, text);
    };
    file("bond0.netdev", "[NetDev]\nName=bond0\nKind=bond\n[Bond]\nMode=active-backup\nMIIMonitorSec=100ms\n"
                         "DownDelaySec=200ms\n");
    for (const int slot : {2, 12})
        file("port" + std::to_string(slot) + ".network",
             "[Match]\nName=" + chassis.interface(slot, 0) + "\n[Network]\nBond=bond0\n");
    file("bond0.network", "[Match]\nName=bond0\n[Network]\nAddress=10.0.1.1/24\nGateway=10.0.1.2\nVLAN=vlan5\n");
    file("vlan5.netdev", "[NetDev]\nName=vlan5\nKind=vlan\n[VLAN]\nId=5\n");
    file("vlan5.network", "[Match]\nName=vlan5\n[Network]\nAddress=10.5.0.1/24\n");
    guest.expect("rm -rf /run/systemd/network; cp -r /run/files /run/systemd/network");
    guest.spawn("exec dbus-daemon --system --nofork --nopidfile", "/run/dbus.log");
    guest.wait_until("test -e /run/dbus/system_bus_socket");
    guest.spawn("exec /lib/systemd/systemd-udevd", "/run/udevd.log");
    guest.wait_until("test -e /run/udev/control");
    guest.expect("udevadm trigger && udevadm settle", 60s);
    const Background networkd = guest.spawn("exec /lib/systemd/systemd-networkd", "/run/networkd.log");
    guest.wait_until("ip route | grep 'default via 10.0.1.2' && ip addr show dev vlan5 | grep 10.5.0.1", 60s);
    guest.wait_until("test \"$(wc -w </sys/class/net/bond0/bonding/slaves)\" = 2", 30s);

    const std::string keys = " | grep -v '^;' | grep -v '^mac = ' | grep .";
    const std::string running = guest.expect("hadctl draft bond0 vlan5" + keys);
    BOOST_TEST(guest.expect("hadctl draft --from /run/files" + keys) == running);
    guest.expect("hadctl draft bond0 vlan5 >/run/draft.conf && hadctl check /run/draft.conf");
    const std::string plan = guest.expect("had -n -c /run/draft.conf 2>/dev/null");
    BOOST_TEST(done_by(plan) == "", plan);

    Traffic traffic(guest);
    guest.signal(networkd, SIGTERM);
    guest.wait_exit(networkd);
    start(guest.read_file("/run/draft.conf"));
    wait("bond0", "healthy", 40s);
    wait("vlan5", "healthy");
    const TrafficReport report = traffic.stop();
    BOOST_TEST(report.lost == 0, report);

    // And back, as README.md has it.
    Traffic back(guest);
    guest.signal(had, SIGTERM);
    guest.wait_exit(had);
    guest.expect("rm -rf /run/had /run/udev/rules.d/70-had.rules /run/systemd/network/00-had.*; "
                 "udevadm control --reload; udevadm trigger --subsystem-match=net --action=change; udevadm settle",
                     60s);
    const TrafficReport released = back.report();
    BOOST_TEST(released.lost == 0, released);
    guest.spawn("exec /lib/systemd/systemd-networkd", "/run/networkd-again.log");
    guest.wait_until("networkctl list bond0 | grep configured", 60s);
    guest.wait_until("networkctl list vlan5 | grep configured", 60s);
    back.wait_flowing();                      // networkd has set the ports down for a moment, as at each of its starts
    BOOST_TEST_MESSAGE(back.stop());
    BOOST_TEST(guest.run("udevadm info /sys/class/net/bond0 | grep HAD_OBJECT").rc != 0);
}

BOOST_AUTO_TEST_SUITE_END()
