// had on CompactPCI: what the kernel's core does not notice, had does.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <fmt/format.h>

using namespace had::test;

namespace {

struct OnCpci : HadStory {
    OnCpci() : HadStory(options()) {}
    static Options options() {
        Options o;
        o.backplane = Backplane::cpci;
        return o;
    }
    // bond0 over slots 2 and 12, a domain each, with what more the file is to say.
    void start_bond(std::string_view mode = "active-backup") {
        std::string conf = with(article_conf, "active-backup", mode);
        conf = with(conf, "2.1 = config2\n", "");
        conf = with(conf, "12.1 = config2\n16 = config1\n", "");
        for (const int slot : {2, 12})
            conf += fmt::format("[slot {}]\nlocation = {}\n", slot, chassis.location(slot));
        start(conf);
        wait("bond0", "healthy", 60s);
    }
    // The kernel is rid of the card, and a new one serves in its place.
    void check_repair(int slot) {
        guest.wait_until(fmt::format("hadctl status --json | grep -q '\"name\":\"{}\"' && "
                                     "test $(wc -w </sys/class/net/bond0/bonding/slaves) = 1", slot));
        chassis.insert(slot, {"virtio"});
        wait("bond0", "healthy", 60s);
        BOOST_TEST(guest.run("pidof cpci_hp_polld").rc == 0);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(cpci)

BOOST_FIXTURE_TEST_CASE(the_active_card_is_torn_out_with_its_handle_closed, OnCpci) {
    for (const int slot : {2, 12}) chassis.insert(slot, {"virtio"});
    start_bond();
    Traffic traffic(guest);
    const int slot = active_slot();
    chassis.tear_out(slot);
    wait_log("its card does not answer\\), by had");
    traffic.wait_flowing();
    const TrafficReport report = traffic.stop();
    BOOST_TEST_MESSAGE(report);
    BOOST_TEST(report.returned > 0);
    wait_log(fmt::format("slot {}: the card does not answer", slot));
    check_repair(slot);
}

BOOST_FIXTURE_TEST_CASE(the_active_card_dies_in_its_place, OnCpci) {
    for (const int slot : {2, 12}) chassis.insert(slot, {"virtio"});
    start_bond();
    Traffic traffic(guest);
    const int slot = active_slot();
    chassis.kill_card(slot);
    wait_log("its card does not answer\\), by had");
    traffic.wait_flowing();
    BOOST_TEST_MESSAGE(traffic.stop());
    guest.wait_until("test $(wc -w </sys/class/net/bond0/bonding/slaves) = 1");
    chassis.tear_out(slot);
    check_repair(slot);
}

BOOST_FIXTURE_TEST_CASE(a_mode_without_an_active_port_loses_the_dead_one_too, OnCpci) {
    for (const int slot : {2, 12}) chassis.insert(slot, {"virtio"});
    start_bond("balance-rr");
    Traffic traffic(guest);
    chassis.tear_out(12);
    guest.wait_until("test $(wc -w </sys/class/net/bond0/bonding/slaves) = 1");
    traffic.wait_flowing();
    BOOST_TEST_MESSAGE(traffic.stop());
    check_repair(12);
}

BOOST_AUTO_TEST_SUITE_END()
