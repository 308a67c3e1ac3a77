// What no machine changes: how often an event allocates memory, with few ports and with many.
#include "test/bench/turn.hpp"
#include "test/boost_test.hpp"

namespace had::test {
namespace {

struct Both {
    Turns few{20}, many{200};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_cost_of_an_event, Both)

// Hosts of containers have thousands: one is kept, and nothing follows.
BOOST_AUTO_TEST_CASE(news_of_a_link_that_is_nobodys_needs_no_memory) {
    BOOST_TEST(few.foreign_link().allocations == 0u);
    BOOST_TEST(many.foreign_link().allocations == 0u);
}

// From the message's bytes on: the request lies ready.
BOOST_AUTO_TEST_CASE(to_ask_for_another_active_port_needs_no_memory) {
    BOOST_TEST(few.active_lost().asked.allocations == 0u);
    BOOST_TEST(many.active_lost().asked.allocations == 0u);
}

BOOST_AUTO_TEST_CASE(what_follows_from_a_carrier_does_not_grow_with_the_ports_that_it_does_not_touch) {
    BOOST_TEST(2 * many.backup_flaps().allocations <= 3 * few.backup_flaps().allocations);
    BOOST_TEST(2 * many.active_lost().all.allocations <= 3 * few.active_lost().all.allocations);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace had::test
