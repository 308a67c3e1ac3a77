// Another hand changes what the daemon has made while it does not run, on a real kernel.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

using namespace had::test;

namespace {

std::string conf() {
    return with(two_cards_conf, "[config member]",
                "[vlan vlan5]\non = bond0\nid = 5\naddress = 10.0.5.1/24\n[config member]");
}

struct AnotherHand : HadStory {
    AnotherHand() : HadStory(ports_only()) {
        for (const int slot : {2, 12}) chassis.insert(slot, {"virtio", 1});
        start(conf());
        wait("bond0", "healthy", 30s);
        wait("vlan5", "healthy");
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(another_hand, *boost::unit_test::label("beside"))

// What was renamed while nobody looked is found by what is known of it, and is no reason for a second one.
BOOST_FIXTURE_TEST_CASE(what_was_renamed_while_the_daemon_was_stopped_gets_its_name_back, AnotherHand) {
    const std::string index = guest.expect("cat /sys/class/net/bond0/ifindex");
    kill();
    guest.expect("ip link set bond0 down; ip link set bond0 name stolen; ip link set stolen up; "
                 "ip link set vlan5 down; ip link set vlan5 name mine");
    start_again();
    wait("bond0", "healthy");
    wait("vlan5", "healthy");
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/ifindex") == index);
    BOOST_TEST(guest.run("ls -d /sys/class/net/stolen /sys/class/net/mine").rc != 0);
    BOOST_TEST(guest.run("ip addr show dev bond0 | grep -q 10.0.1.1/24").rc == 0);
}

BOOST_AUTO_TEST_SUITE_END()
