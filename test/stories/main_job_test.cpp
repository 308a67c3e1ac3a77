// The main job: a card comes, had makes it serve; it goes, the bond carries on.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

using namespace had::test;

namespace {

// The chassis of the article: two dual cards for bond0 and a single one, with no driver loaded.
void fill(Chassis& chassis) {
    chassis.insert(2, {"e1000", 2});
    chassis.insert(12, {"e1000", 2});
    chassis.insert(16, {"rtl8139"});
}

struct Article : HadStory {
    explicit Article(const Options& options = {}) : HadStory(options) { fill(chassis); }
};
struct ArticlesPorts : Article {
    ArticlesPorts() : Article(ports_only()) {}
};

// Pulls the active card under traffic, and then has three other models take its place.
void exchange_cards(HadStory& story) {
    const std::string mac = story.bond_mac();
    const int slot = story.active_slot();
    Traffic traffic(story.guest);
    story.chassis.pull(slot);
    traffic.wait_flowing();
    BOOST_TEST(story.active_slot() != slot);
    story.wait_log("card out");
    for (const char* model : {"e1000", "virtio", "rtl8139"}) {
        story.chassis.insert(slot, {model, 2});
        story.wait("bond0", "healthy", 30s);
        BOOST_TEST(story.bond_mac() == mac);
        story.chassis.pull(slot);
        story.wait("bond0", "degraded");
    }
    BOOST_TEST(story.bond_mac() == mac);
    const TrafficReport report = traffic.stop();
    BOOST_TEST_MESSAGE(report);
    // The cards that came were standbys: only the first pull touched the traffic.
    BOOST_TEST(report.longest_loss < 200, report);
}

} // namespace

BOOST_AUTO_TEST_SUITE(main_job)

BOOST_FIXTURE_TEST_CASE(the_sample_of_the_article_serves_though_no_driver_was_loaded, Article) {
    start(article_conf);
    wait("bond0", "healthy", 30s);
    wait("16", "healthy", 30s);
    BOOST_TEST(guest.expect("cat /sys/class/net/bond0/bonding/slaves | wc -w") == "4");
    BOOST_TEST(guest.expect("ip -br addr show | grep -c '192.168.10.1/24'") == "1");
    Traffic traffic(guest);
    BOOST_TEST(traffic.stop().lost == 0);
    BOOST_TEST_MESSAGE(log());
}

BOOST_FIXTURE_TEST_CASE(cards_that_come_after_had_serve_as_they_come, HadStory) {
    start(article_conf);
    wait("bond0", "down");
    fill(chassis);
    wait("bond0", "healthy", 30s);
    wait("16", "healthy", 30s);
}

BOOST_FIXTURE_TEST_CASE(the_bond_carries_on_when_the_active_card_goes_and_takes_its_successors, Article) {
    start(article_conf);
    wait("bond0", "healthy", 30s);
    wait_earned();
    exchange_cards(*this);
}

// The kernel's own monitor looks only every ten seconds here: what happens sooner is had's doing.
BOOST_FIXTURE_TEST_CASE(had_fails_over_to_the_other_card_before_miimon_looks, HadStory) {
    chassis.insert(2, {"virtio", 2});
    chassis.insert(12, {"virtio", 2});
    start(with(with(article_conf, "miimon = 100", "miimon = 10000"), "16 = config1\n", ""));
    wait("bond0", "healthy", 40s);
    wait_earned();
    const int slot = active_slot();
    Traffic traffic(guest);
    chassis.cut_cable(slot, 0);
    wait_log("active port is now .*link lost.*by had, decided after");
    traffic.wait_flowing();
    BOOST_TEST(active_slot() != slot);
    const TrafficReport report = traffic.stop();
    BOOST_TEST_MESSAGE(report);
    BOOST_TEST(report.longest_loss < 400, report);
}

BOOST_FIXTURE_TEST_CASE(round_robin_carries_on_too, Article, *boost::unit_test::label("long")) {
    start(with(article_conf, "active-backup", "balance-rr"));
    wait("bond0", "healthy", 30s);
    const std::string mac = bond_mac();
    Traffic traffic(guest);
    chassis.pull(2);
    wait("bond0", "degraded");
    traffic.wait_flowing();
    chassis.insert(2, {"virtio", 2});
    wait("bond0", "healthy", 30s);
    BOOST_TEST(bond_mac() == mac);
    BOOST_TEST_MESSAGE(traffic.stop());
}

BOOST_FIXTURE_TEST_CASE(a_killed_had_costs_no_packet_and_its_successor_changes_nothing, ArticlesPorts,
                        *boost::unit_test::label("beside")) {
    start(article_conf);
    wait("bond0", "healthy", 30s);
    wait("16", "healthy", 30s);
    // The kernel tells the end of its test for duplicates as a change of the address.
    guest.wait_until("test -z \"$(ip -6 addr show tentative)\"");
    Traffic traffic(guest);
    const Background monitor = guest.spawn("exec ip monitor link address", "/run/changes.txt");
    kill();
    start_again();
    wait("bond0", "healthy");
    BOOST_TEST(guest.run("grep -E 'enslave|create|set |add |remove |release ' /run/had-again.log").rc != 0);
    guest.stop(monitor);
    BOOST_TEST(guest.read_file("/run/changes.txt") == "");
    BOOST_TEST(traffic.stop().lost == 0);
}

BOOST_AUTO_TEST_SUITE_END()
