// Other managers of networks beside had: each keeps to its own.
#include "test/boost_test.hpp"
#include "test/stories/other_manager.hpp"

using namespace had::test;

namespace {

struct WithUdevd : NetworkdStory {
    WithUdevd() : NetworkdStory(renaming()) {
        guest.expect("rm -rf /run/systemd/network /run/udev/rules.d");
        guest.spawn("exec /lib/systemd/systemd-udevd", "/run/udevd.log");
        guest.wait_until("test -e /run/udev/control");
        guest.expect("udevadm trigger && udevadm settle", 60s);
    }
};

// It takes all that it sees.
struct WithNetworkd : WithUdevd {
    WithNetworkd() {
        guest.expect("mkdir -p /run/dbus /run/systemd/network /run/systemd/netif && "
                     "chown -R systemd-network: /run/systemd/netif");
        let_networkd_take_all();
        guest.spawn("exec dbus-daemon --system --nofork --nopidfile", "/run/dbus.log");
        guest.wait_until("test -e /run/dbus/system_bus_socket");
        guest.spawn("exec /lib/systemd/systemd-networkd", "/run/networkd.log");
        guest.wait_until("networkctl list", 30s);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(other_managers)

BOOST_FIXTURE_TEST_CASE(networkd_leaves_to_had_what_the_file_names_and_has_the_rest, WithNetworkd,
                        *boost::unit_test::label("long")) {
    chassis.insert(16, {"virtio"});
    chassis.insert(2, {"virtio", 2});
    guest.expect("modprobe virtio_net");
    for (const auto& [slot, port] : {std::pair(2, 0), {2, 1}, {16, 0}}) wait_other_has(slot, port);
    start(first_of_two());
    wait("bond0", "healthy", 30s);
    wait_unmanaged("bond0");
    wait_unmanaged(named(2, 0));
    BOOST_TEST(other_has(named(2, 1)));
    BOOST_TEST(other_has(named(16, 0)));

    // The next card: nobody has seen it yet.
    chassis.pull(2);
    chassis.insert(2, {"virtio", 2});
    wait("bond0", "healthy", 40s);
    wait_other_has(2, 1);
    wait_unmanaged(named(2, 0));
    BOOST_TEST(other_has(named(16, 0)));

    // The other port instead: each is given to its owner.
    reload(with(first_of_two(), "2.0 = config2", "2.1 = config2"));
    wait_other_has(2, 0);
    wait_unmanaged(named(2, 1));
    wait("bond0", "healthy", 40s);

    // Without had its ports serve on, and stay what they are.
    kill();
    guest.expect("networkctl reload && udevadm trigger --action=change && udevadm settle", 60s);
    wait_unmanaged(named(2, 1));
    BOOST_TEST(guest.expect("wc -w </sys/class/net/bond0/bonding/slaves") == "1");
}

BOOST_FIXTURE_TEST_CASE(udevd_gives_no_address_to_a_bond_that_takes_its_first_ports, WithUdevd,
                        *boost::unit_test::label("long")) {
    guest.expect("mkdir -p /run/systemd");
    start(with(first_of_two(), "miimon = 100\n", "miimon = 100\nmac = first\n"));
    guest.wait_until("udevadm info /sys/class/net/bond0 | grep HAD_OBJECT=bond0", 20s);
    chassis.insert(2, {"virtio", 2});
    wait("bond0", "healthy", 60s);
    BOOST_TEST(bond_mac() == chassis.mac(2, 0));
    const std::string marked = guest.expect("udevadm info /sys/class/net/" + chassis.interface(2, 0));
    BOOST_TEST(marked.find("NM_UNMANAGED=1") != std::string::npos, marked);
    guest.wait_until("! udevadm info /sys/class/net/" + chassis.interface(2, 1) + " | grep HAD_OBJECT");
    reload("[had]\n[bond bond1]\nmode = active-backup\nmiimon = 100\n");
    guest.wait_until("! udevadm info /sys/class/net/" + chassis.interface(2, 0) + " | grep HAD_OBJECT");
}

BOOST_AUTO_TEST_SUITE_END()
