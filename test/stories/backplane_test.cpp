// The chassis' other shapes, each of which costs a boot: they stand together.
#include "test/boost_test.hpp"
#include "test/chassis/story.hpp"

using namespace had::test;

namespace {

struct Bridged : Story {
    Bridged() : Story(options()) { guest.expect("modprobe virtio_net"); }
    static Options options() {
        Options o;
        o.cards = {{12, {"virtio", 2, {}, true}}, {16, {"virtio"}}};
        return o;
    }
};

struct Pcie : Story {
    Pcie() : Story(options()) { guest.expect("modprobe virtio_net"); }
    static Options options() {
        Options o;
        o.backplane = Backplane::pcie;
        return o;
    }
};

} // namespace

// The chassis itself, which every other story tries too.
BOOST_AUTO_TEST_SUITE(backplane, *boost::unit_test::label("long"))

BOOST_FIXTURE_TEST_CASE(a_card_with_a_bridge_has_its_ports_on_a_bus_of_its_own, Bridged) {
    BOOST_TEST(chassis.interface(12, 0) != chassis.interface(12, 1));
    BOOST_TEST(emulated().pci_address(12, 1).substr(7) == ":05.0");
    BOOST_TEST(guest.expect("cat /sys/class/net/" + chassis.interface(12, 1) + "/address") ==
               chassis.mac(12, 1));
}

BOOST_FIXTURE_TEST_CASE(a_card_that_was_in_at_the_start_can_be_pulled, Bridged) {
    chassis.interface(16, 0);
    chassis.pull(16);
    guest.wait_until("test ! -e /sys/bus/pci/devices/0000:00:10.0");
}

BOOST_FIXTURE_TEST_CASE(a_card_comes_and_goes_in_a_pcie_slot, Pcie) {
    chassis.insert(12, {"virtio", 2});
    const std::string first = chassis.interface(12, 0), second = chassis.interface(12, 1);
    guest.expect("ip addr add 10.0.1.1/24 dev " + first + " && ip link set " + first + " up");
    Traffic traffic(guest);
    BOOST_TEST(traffic.stop().lost == 0);
    chassis.pull(12); // the attention button: five seconds
    guest.wait_until("test ! -e /sys/class/net/" + second);
}

BOOST_AUTO_TEST_SUITE_END()
