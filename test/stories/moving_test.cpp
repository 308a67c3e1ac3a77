// The bond moves because somebody wants it to, while both of its ports are well.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

using namespace had::test;

namespace {

struct Moving : HadStory {
    explicit Moving(const Options& options = ports_only()) : HadStory(options) {
        for (const int slot : {2, 12}) chassis.insert(slot, {"virtio", 1});
        start(two_cards_conf);
        wait("bond0", "healthy", 60s);
        wait_earned();
    }
    void move_to(int slot) {
        guest.expect("hadctl bond activate bond0 " + std::to_string(slot) + ".0");
        const std::string name = chassis.interface(slot, 0);
        guest.wait_until("grep -qx " + name + " /sys/class/net/bond0/bonding/active_slave");
    }
};

struct MovingCards : Moving {
    MovingCards() : Moving(Options{}) {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(moving)

BOOST_FIXTURE_TEST_CASE(an_order_moves_the_bond_without_a_packet_lost, Moving, *boost::unit_test::label("beside")) {
    Traffic traffic(guest, 1000);
    for (int n = 0; n < 20; ++n) move_to(n % 2 == 0 ? 12 : 2);
    expect_no_loss(traffic.stop());
}

BOOST_FIXTURE_TEST_CASE(cards_too, MovingCards) {
    Traffic traffic(guest, 500);
    for (int n = 0; n < 10; ++n) move_to(n % 2 == 0 ? 12 : 2);
    expect_no_loss(traffic.stop());
}

BOOST_AUTO_TEST_SUITE_END()
