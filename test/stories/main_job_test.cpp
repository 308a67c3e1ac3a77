// The main job: a card comes, had makes it serve; it goes, the bond carries on.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

using namespace had::test;

namespace {

// The chassis of the article: two dual cards for bond0 and a single one, in their slots before had,
// with no driver loaded.
struct Article : HadStory {
    Article() {
        chassis.insert(2, {"e1000", 2});
        chassis.insert(12, {"e1000", 2});
        chassis.insert(16, {"rtl8139"});
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(main_job)

BOOST_FIXTURE_TEST_CASE(the_sample_of_the_article_serves_though_no_driver_was_loaded, Article) {
    start(article_conf);
    wait("bond0", "healthy", 30s);
    wait("16", "healthy", 30s);
    BOOST_TEST_MESSAGE(status());
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/bonding/slaves | wc -w") == "4");
    BOOST_TEST(guest.expect("ip -br addr show | grep -c '192.168.10.1/24'") == "1");
    Traffic traffic(guest);
    BOOST_TEST(traffic.stop().lost == 0);
}

BOOST_AUTO_TEST_SUITE_END()
