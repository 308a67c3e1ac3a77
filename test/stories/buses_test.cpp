// Other ways for a card to come and go: native PCI Express hot-plug, a bridge on the card, udevd.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

using namespace had::test;

namespace {

Options pcie() {
    Options options;
    options.backplane = Backplane::pcie;
    return options;
}

// A card with two ports behind its own bridge is in its slot from the start: QEMU cannot plug it in.
Options bridged() {
    Options options;
    options.cards[2] = {"e1000", 2};
    options.cards[2].bridged = true;
    return options;
}

struct OnPcie : HadStory {
    OnPcie() : HadStory(pcie()) {}
};
struct WithBridge : HadStory {
    WithBridge() : HadStory(bridged()) {}
};
struct WithUdevd : HadStory {
    WithUdevd() : HadStory(renaming()) {
        guest.spawn("exec /lib/systemd/systemd-udevd", "/run/udevd.log");
        guest.wait_until("test -e /run/udev/control");
        guest.expect("udevadm trigger && udevadm settle", 60s);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(buses)

BOOST_FIXTURE_TEST_CASE(a_card_behind_its_own_bridge_has_its_ports_counted_in_path_order, WithBridge) {
    // The kernel announces no slot where a bridge sits at boot, so the file says where slot 2 is.
    const std::string conf = with(with(article_conf, "address = 10.0.1.1/24",
                                       "address = 10.0.1.1/24\naddress = fd00:10::1/64"),
                                  "12.0 = config2\n12.1 = config2\n16 = config1\n", "");
    start(conf + "[slot 2]\nlocation = path 0000:00:02\n");
    wait("bond0", "healthy", 30s);
    const std::string explained = hadctl("explain 2.1").out;
    BOOST_TEST(explained.find("join bond0") != std::string::npos, explained);
    guest.expect("ip -n far addr add fd00:10::2/64 dev br0 nodad");
    guest.wait_until("busybox ping -6 -c 1 -W 1 fd00:10::2", 20s);
}

BOOST_FIXTURE_TEST_CASE(native_pci_express_slots_work_the_same, OnPcie, *boost::unit_test::label("long")) {
    chassis.insert(2, {"e1000e"});
    chassis.insert(12, {"virtio"});
    start(with(with(article_conf, "2.1 = config2\n", ""), "12.1 = config2\n16 = config1\n", ""));
    wait("bond0", "healthy", 40s);
    const std::string mac = bond_mac();
    Traffic traffic(guest);
    chassis.pull(12);
    wait("bond0", "degraded");
    traffic.wait_flowing();
    chassis.insert(12, {"rtl8139"});
    wait("bond0", "healthy", 40s);
    BOOST_TEST(bond_mac() == mac);
}

BOOST_FIXTURE_TEST_CASE(with_udevd_a_port_is_taken_after_its_renaming, WithUdevd,
                        *boost::unit_test::label("long")) {
    start(article_conf);
    wait_log("events from udev");
    chassis.insert(2, {"e1000", 2});
    chassis.insert(12, {"virtio", 2});
    wait("bond0", "healthy", 60s);
    const std::string slaves = guest.expect("cat /sys/class/net/bond0/bonding/slaves");
    BOOST_TEST(slaves.find("eth") == std::string::npos, slaves);
    chassis.pull(12);
    wait("bond0", "degraded");
    chassis.insert(12, {"rtl8139", 2});
    wait("bond0", "healthy", 60s);
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/bonding/slaves").find("eth") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
